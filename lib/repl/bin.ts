#!/usr/bin/env node
import 'reflect-metadata';
import { runProgram } from './program.js';

const { env, stdin: input, stdout: output, stderr: errors } = process;
// eslint-disable-next-line no-restricted-properties -- what was typed behind the program's name is no fact of the machine
const args = process.argv.slice(2);

void runProgram({ args, env, input, output, errors }).then((code) => {
  process.exitCode = code;
});
