/** A contender in a process of its own, asked over the IPC channel. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const WORKER = fileURLToPath(new URL('./worker.mjs', import.meta.url));
const PATIENCE = 120_000;

export class WorkerProcess {
  #child;
  #sequence = 0;
  #waiting = new Map();
  #ended;

  /** @param {string} contender @param {string} role for messages */
  constructor(contender, role) {
    this.name = `${contender} (${role})`;
    this.contender = contender;
    this.role = role;
    this.#child = fork(WORKER, [contender], { env: { ...process.env, NODE_ENV: 'production' } });
    this.#child.on('message', ({ id, result, error }) => this.#settle(id, result, error));
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        for (const id of [...this.#waiting.keys()]) this.#settle(id, null, `it ended (${code ?? signal})`);
        resolve();
      });
    });
  }

  /** Rejects when the worker fails, ends or stays silent. */
  ask(command, argument) {
    return new Promise((resolve, reject) => {
      const id = ++this.#sequence;
      const timer = setTimeout(() => this.#settle(id, null, 'no answer in time'), PATIENCE);
      this.#waiting.set(id, { command, resolve, reject, timer });
      this.#child.send({ id, command, argument }, (error) => {
        if (error) this.#settle(id, null, error.message);
      });
    });
  }

  async stop() {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 3000);
    await this.#ended;
    clearTimeout(timer);
  }

  #settle(id, result, error) {
    const entry = this.#waiting.get(id);
    if (entry === undefined) return;
    this.#waiting.delete(id);
    clearTimeout(entry.timer);
    if (error == null) entry.resolve(result);
    else entry.reject(new Error(`${this.name}, ${entry.command}: ${error}`));
  }
}
