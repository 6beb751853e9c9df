import v8 from 'node:v8';
v8.setFlagsFromString('--max-inlined-bytecode-size-cumulative=2000');
v8.setFlagsFromString('--max-inlined-bytecode-size=2000');
v8.setFlagsFromString('--max-optimized-bytecode-size=200000');
export { contender } from './nestjs-moleculer.mjs';
