import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { isShown, listens, PageProject, type Running, shows } from '../support/page-project.js';
import { redisUrl } from '../support/redis.js';
import { blocksOf, readPage } from '../support/snippets.js';
import { waitUntil } from '../support/wait-until.js';

/** The steps of docs/getting-started.md, in its order; only the installing is not done anew. */

const text = readPage('docs/getting-started.md');
const shown = (name: string): string => {
  const found = blocksOf(text, 'text').filter(({ info }) => info === name);
  expect(found, name).toHaveLength(1);
  return found[0].code;
};

let project: PageProject;
let greeter: Running;

beforeAll(async () => {
  project = await PageProject.make('docs/getting-started.md');
});
afterAll(() => project.remove());

it('what the page says is what a reader sees', async () => {
  const [greeterPort, frontPort] = [await freePort(), await freePort()];
  greeter = project.start('greeter/dist/main.js', { PORT: `${greeterPort}` });
  await shows(greeter.said, shown('greeter'));

  const front = project.start('front/dist/main.js', { PORT: `${frontPort}` });
  await shows(front.said, shown('front'));
  await listens(frontPort);

  // The two requests of the page.
  const asked = [...text.matchAll(/^curl 'localhost:3001(.*)'$/gm)].map(([, path]) => path);
  expect(asked).toHaveLength(2);
  const got = [];
  for (const path of asked) got.push(await get(frontPort, path));
  await shows({ out: got.join('\n') }, shown('curl'));

  await twoInTurn(front, frontPort);

  const js = project.start('js/index.cjs');
  await shows(js.said, shown('js'));
  await shows(greeter.said, "Node 'js' connected (2 services)");

  const { namespace } = project;
  expect(text).toMatch(/^npx nestjs-moleculer redis:\/\/localhost:6379$/m);
  const bin = 'node_modules/nestjs-moleculer/lib/repl/bin.js';
  const typed = [...shown('prompt').matchAll(/^mol \$ (.*)$/gm)].map(([, line]) => line);
  expect(typed).toHaveLength(3);
  const answers = shown('prompt').replace(/^mol \$ .*$/gm, '');
  let prompt: Running;
  let tries = 0;
  // It waits half a second for the answers of the others; a machine may be slower, then it is tried again.
  do {
    prompt = project.start(bin, {}, [redisUrl(), '--ns', namespace]);
    prompt.child.stdin!.end([...typed, 'exit', ''].join('\n'));
    expect(await prompt.ended).toEqual([0, null]);
  } while (!isShown(prompt.said, answers) && ++tries < 5);
  await shows(prompt.said, answers);

  for (const { child, ended, said } of [front, greeter]) {
    child.kill('SIGTERM');
    await ended;
    expect([said.err, said.out]).toEqual(['', expect.stringMatching(/Node '.*' stopped/)]);
  }
});

it('its test passes', async () => {
  const { code, out } = await project.test('greeter');
  expect(code, out).toBe(0);
  expect(out).toContain('1 passed');
});

async function get(port: number, path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
}

/** "Start the greeter a second time, and the two answer in turn. Stop one, and the other answers all." */
async function twoInTurn(front: Running, frontPort: number): Promise<void> {
  const second = project.start('greeter/dist/main.js', { PORT: `${await freePort()}` });
  await shows(second.said, 'Nest application successfully started');
  const ask = async () => Number(/process (\d+)$/.exec(await get(frontPort, '/?name=Ada'))?.[1]);
  // It has started when its services are announced; whoever asks in the very same moment may be a packet ahead.
  await waitUntil('the second to answer', async () => (await ask()) === second.child.pid);
  const four = [await ask(), await ask(), await ask(), await ask()];
  const pids = [greeter.child.pid, second.child.pid];
  expect([...four].sort()).toEqual([...pids, ...pids].sort());

  second.child.kill('SIGTERM');
  await second.ended;
  const goodbye = new RegExp(`Node '\\S*-${second.child.pid}-\\S*' left`);
  await waitUntil('the front to hear of it', () => goodbye.test(front.said.out));
  expect([await ask(), await ask(), await ask()]).toEqual(Array(3).fill(greeter.child.pid));
}
