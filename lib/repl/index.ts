export { type ReplApp, type ReplHandle, type ReplOptions, startRepl } from './start-repl.js';
