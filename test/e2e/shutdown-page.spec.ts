import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveOptions } from '../../lib/options/resolve-options.js';
import { freePort } from '../support/free-port.js';
import { listens, PageProject, shows } from '../support/page-project.js';
import { blocksOf, readPage } from '../support/snippets.js';

const text = readPage('docs/shutdown.md');
const [{ code: manifest }] = blocksOf(text, 'yaml');
const number = (pattern: RegExp): number => Number(pattern.exec(manifest)?.[1]);

let project: PageProject;

beforeAll(async () => {
  project = await PageProject.make('docs/shutdown.md');
});
afterAll(() => project.remove());

it('the pod is given the time that a stop takes by our defaults', () => {
  const { registry, tracking } = resolveOptions({}, () => undefined);
  const preStop = number(/'sleep', '(\d+)'/);
  const taken = preStop + (registry.stopDelay + tracking.shutdownTimeout) / 1000;
  expect(number(/terminationGracePeriodSeconds: (\d+)/)).toBeGreaterThan(taken);
  // The comment tells the sum.
  expect(manifest).toContain(
    `preStop ${preStop} + stopDelay ${registry.stopDelay / 1000} + shutdownTimeout ${tracking.shutdownTimeout / 1000}`,
  );
});

it('the probes of the manifest are answered, ready only with a connection', async () => {
  const [live, ready] = ['liveness', 'readiness'].map(
    (probe) => new RegExp(`${probe}Probe:\\s+httpGet: { path: (\\S+),`).exec(manifest)?.[1],
  );
  const probe = async (port: number) => {
    const [alive, joined] = [live, ready].map((path) => fetch(`http://127.0.0.1:${port}${path}`));
    return [(await alive).status, (await joined).status];
  };
  const ports = [await freePort(), await freePort()];
  const env = { POD_NAME: 'gateway-7d4f-x2' };
  const connected = project.start('dist/main.js', { ...env, REDIS_URL: '', PORT: `${ports[0]}` });
  // Nobody listens on port 1.
  const cut = project.start('dist/main.js', {
    ...env,
    REDIS_URL: 'redis://127.0.0.1:1',
    PORT: `${ports[1]}`,
  });
  for (const { said } of [connected, cut]) await shows(said, 'Nest application successfully started');
  for (const port of ports) await listens(port);
  expect(connected.said.out).toContain("Node 'gateway-7d4f-x2'");
  expect([await probe(ports[0]), await probe(ports[1])]).toEqual([
    [200, 200],
    [200, 503],
  ]);
});
