/**
 * How a child process of a test talks to the test: one JSON object a line. Commands come in on stdin as
 * `{"id":1,"cmd":"name","params":…}`, answers go out as `{"id":1,"ok":true,"result":…}` or `{"id":1,"ok":false,"error":…}`.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Written at once, so that nothing is lost when the process ends. */
export function say(object) {
  let rest = Buffer.from(`${JSON.stringify(object)}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

/**
 * Serves commands until stdin closes.
 * @param {(cmd: string, params: any) => unknown} serve
 * @param {(error: any) => unknown} describeError
 * @param {() => void} onEnd the parent has gone
 */
export function serveLines(serve, describeError, onEnd) {
  const lines = createInterface({ input: process.stdin });
  lines.on('line', async (line) => {
    if (!line.trim()) return;
    const { id, cmd, params } = JSON.parse(line);
    try {
      const result = await serve(cmd, params);
      say({ id, ok: true, result: result === undefined ? null : result });
    } catch (error) {
      say({ id, ok: false, error: describeError(error) });
    }
  });
  lines.on('close', onEnd);
}
