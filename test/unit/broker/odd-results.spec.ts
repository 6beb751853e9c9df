import { describe, expect, it } from 'vitest';
import { eachCluster } from '../cluster.fixture.js';
import { recordLogs } from '../logs.fixture.js';
import { expectAllHeard } from '../unhandled.fixture.js';

const logs = recordLogs();
const cluster = eachCluster();
expectAllHeard();

const throws = (text: string) => () => {
  throw new Error(text);
};

/** Knows its own fields alone, as the proxies of some libraries do. */
const strict = () =>
  new Proxy({ a: 1 } as Record<PropertyKey, unknown>, {
    get: (fields, key) => {
      if (key in fields || key === 'then' || key === 'toJSON') return fields[key];
      throw new Error(`no ${String(key)}`);
    },
  });
const withGetter = (key: string) =>
  Object.defineProperty({ a: 1 }, key, { get: throws(`no ${key}`) }) as { a: number };

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const ownThen = (then: unknown): unknown => Object.assign(Promise.resolve('own'), { then });

/** Two nodes; what the far one gives at once and later, here and there. */
async function outcomes(give: () => unknown) {
  const c = cluster();
  const { broker: far } = await c.started({ nodeID: 'far', tracking: { enabled: true } });
  const { broker: near } = await c.started({ nodeID: 'near' });
  await far.createService({ name: 's', actions: { now: give, later: async () => give() } });
  await c.advance(200);
  const results: unknown[] = [];
  for (const broker of [far, near]) {
    for (const action of ['s.now', 's.later']) {
      const call = broker.call<unknown>(action, {}, { timeout: 5000 });
      results.push(await c.until(call.catch((error: Error) => error)));
    }
  }
  const { localWork, remoteWork, deadlines } = far.parts;
  expect([localWork.count, remoteWork.count, deadlines.size, near.parts.deadlines.size]).toEqual([
    0, 0, 0, 0,
  ]);
  return results;
}

describe('a result that must not be looked at', () => {
  it.each([
    ['a proxy that knows its own fields alone', strict],
    ['a field `lift` that throws', () => withGetter('lift')],
    [
      'a field `subscribe` that throws',
      () => Object.assign(withGetter('subscribe'), { lift: throws('lift') }),
    ],
    ['a field `pipe` that throws', () => withGetter('pipe')],
  ])('%s: is the answer as it is', async (_what, give) => {
    const results = await outcomes(give);
    expect(results.map((result) => (result as { a: number }).a)).toEqual([1, 1, 1, 1]);
    expect(logs.texts('error')).toEqual([]);
  });

  it.each([
    ['a field `then` that throws', () => withGetter('then'), 'no then'],
    ['a proxy that was revoked', revoked, 'revoked'],
    ['a thenable that throws', () => ({ then: throws('no then') }), 'no then'],
    ['a promise whose own `then` throws', () => ownThen(throws('no then')), 'no then'],
  ])('%s: is an error, as with await, and logged', async (_what, give, text) => {
    const results = (await outcomes(give)) as Error[];
    for (const error of results) expect(error.message).toContain(text);
    expect(logs.texts('error').filter((line) => line.includes(text))).toHaveLength(4);
  });

  it('a promise whose own `then` settles twice is settled once, and is counted once', async () => {
    const twice = (resolve: (value: unknown) => void) => ['first', 'second'].forEach(resolve);
    expect(await outcomes(() => ownThen(twice))).toEqual(Array(4).fill('first'));
  });
});

it('a listener may give it as well', async () => {
  const { broker } = await cluster().started({ transporter: null });
  const heard: unknown[] = [];
  await broker.createService({ name: 'a', events: { tick: async () => strict() } });
  await broker.createService({ name: 'b', events: { tick: () => void heard.push(1) } });
  await broker.emit('tick', 1, { throwError: true });
  expect(heard).toEqual([1]);
});
