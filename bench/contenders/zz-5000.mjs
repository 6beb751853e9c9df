import v8 from 'node:v8';
v8.setFlagsFromString('--max-inlined-bytecode-size-cumulative=5000');
v8.setFlagsFromString('--max-inlined-bytecode-size=5000');
v8.setFlagsFromString('--max-optimized-bytecode-size=200000');
export { contender } from './nestjs-moleculer.mjs';
