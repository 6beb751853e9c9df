/** Small things about child processes that the scripts share. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The full path of a program on PATH, or null. */
export function which(program, env = process.env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (!folder) continue;
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // not here
    }
  }
  return null;
}

/**
 * Runs a program to its end; never rejects. `code` is null if it was killed at its timeout or could not start.
 * @param {string} file
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, timeout?: number, echo?: boolean }} [options]
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
export function run(file, args, { env = process.env, cwd, timeout = 60_000, echo = false } = {}) {
  return new Promise((resolve) => {
    // A group of its own: what the program started ends with it.
    const child = spawn(file, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let stdout = '';
    let stderr = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child.pid);
    }, timeout);
    const done = (code) => {
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code, stdout, stderr: late ? `${stderr}\nno end after ${timeout} ms` : stderr });
    };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      if (echo) process.stdout.write(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      if (echo) process.stderr.write(text);
    });
    child.once('error', (error) => {
      stderr += error.message;
      done(null);
    });
    // A grandchild may hold the pipes open after a kill: do not wait for `close` then.
    child.once('exit', (code) => (late ? done(null) : child.once('close', () => done(code))));
  });
}

function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
