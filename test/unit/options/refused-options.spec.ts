import { describe, expect, it } from 'vitest';
import { BrokerOptionsError } from '../../../lib/errors/broker.error.js';
import { resolveOptions } from '../../../lib/options/resolve-options.js';
import type { OptionProblem } from '../../../lib/options/rules/rule.js';

function resolve(raw: unknown) {
  return resolveOptions(raw, (text) => {
    throw new Error(`unexpected warning: ${text}`);
  });
}

function refusal(raw: unknown): BrokerOptionsError {
  try {
    resolve(raw);
  } catch (error) {
    expect(error).toBeInstanceOf(BrokerOptionsError);
    return error as BrokerOptionsError;
  }
  throw new Error(`accepted: ${JSON.stringify(raw)}`);
}

const problems = (raw: unknown): OptionProblem[] => refusal(raw).data as OptionProblem[];

describe('what is refused', () => {
  it.each<[raw: unknown, option: string, text: RegExp]>([
    [null, '', /expected an object/],
    ['redis://h', '', /expected an object/],
    [[], '', /expected an object/],
    [{ namespace: 'a b' }, 'namespace', /without spaces/],
    [{ nodeID: '' }, 'nodeID', /without spaces.*leave it out/],
    [{ nodeID: 'a\u0000b' }, 'nodeID', /control characters/],
    [{ nodeID: 5 }, 'nodeID', /text/],
    [{ metadata: 'x' }, 'metadata', /expected an object/],
    [{ ambientContext: 'on' }, 'ambientContext', /true or false/],
    [{ metadata: [] }, 'metadata', /expected an object/],
    [{ metadata: { big: 1n } }, 'metadata', /survive JSON/],
    [{ requestTimeout: -1 }, 'requestTimeout', /milliseconds, 0 to/],
    [{ requestTimeout: NaN }, 'requestTimeout', /milliseconds/],
    [{ requestTimeout: Infinity }, 'requestTimeout', /milliseconds/],
    [{ requestTimeout: null }, 'requestTimeout', /milliseconds/],
    [{ requestTimeout: '30' }, 'requestTimeout', /milliseconds.*write it as the number 30/],
    [{ requestTimeout: '30s' }, 'requestTimeout', /milliseconds, 0 to \d+\.$/],
    [{ requestTimeout: 2 ** 31 }, 'requestTimeout', /milliseconds/],
    [{ maxCallLevel: 1.5 }, 'maxCallLevel', /whole number of levels/],
    [
      { heartbeatInterval: 10_000, heartbeatTimeout: 30_000 },
      'heartbeatInterval',
      /in seconds; did you mean 10\?/,
    ],
    [{ heartbeatTimeout: 30_000 }, 'heartbeatTimeout', /in seconds; did you mean 30\?/],
    [{ heartbeatInterval: -5 }, 'heartbeatInterval', /seconds, 0 to/],
    [{ heartbeatTimeout: 0 }, 'heartbeatTimeout', /seconds, more than 0/],
    [
      { heartbeatInterval: 5, heartbeatTimeout: 5 },
      'heartbeatTimeout',
      /more than heartbeatInterval, which is 5 seconds/,
    ],
    [
      { registry: { discoverer: { options: { heartbeatTimeout: 9 } } } },
      'registry.discoverer.options.heartbeatTimeout',
      /more than heartbeatInterval/,
    ],
    [
      { registry: { discoverer: { options: { cleanOfflineNodesTimeout: 600_000 } } } },
      'registry.discoverer.options.cleanOfflineNodesTimeout',
      /in seconds; did you mean 600\?/,
    ],
    [
      { circuitBreaker: { windowTime: 60_000 } },
      'circuitBreaker.windowTime',
      /in seconds; did you mean 60\?/,
    ],
    [{ circuitBreaker: { threshold: 50 } }, 'circuitBreaker.threshold', /0 to 1/],
    [{ circuitBreaker: { check: true } }, 'circuitBreaker.check', /a function/],
    [{ bulkhead: { concurrency: 0 } }, 'bulkhead.concurrency', /whole number of requests, 1 or more/],
    [{ transit: { maxPacketSize: 1e6 + 0.5 } }, 'transit.maxPacketSize', /whole number of bytes/],
    [{ transit: null }, 'transit', /expected an object/],
    [{ transit: { disableReconnect: 'yes' } }, 'transit.disableReconnect', /true or false/],
    [{ protocolVersion: 5 }, 'protocolVersion', /did you mean '5'/],
    [{ protocolVersion: '6' }, 'protocolVersion', /"4", "5" or "auto"/],
    [{ internalServices: 1 }, 'internalServices', /true or false/],
    [{ globalEnhancers: 'all' }, 'globalEnhancers', /guards, interceptors, pipes, filters/],
    [{ errorHandler: {} }, 'errorHandler', /a function or null/],
    [{ errorRegenerator: {} }, 'errorRegenerator', /restore\(\), extractPlainError\(\)/],
    [{ transporter: 'Reds' }, 'transporter', /did you mean 'Redis'/],
    [{ transporter: 'http://h' }, 'transporter', /no known transporter/],
    [{ transporter: 'h:6379' }, 'transporter', /a URL such as 'redis:\/\/localhost:6379', or 'Redis' or/],
    [{ transporter: 5 }, 'transporter', /connect\(\), disconnect\(\), subscribe\(\), send\(\)/],
    [{ transporter: class Nothing {} }, 'transporter', /is no transporter/],
    [{ transporter: { type: 'Redis', url: 'redis://h' } }, 'transporter.url', /'type' and 'options'/],
    [{ transporter: { type: 'Redis', options: 5 } }, 'transporter.options', /an object/],
    [{ transporter: { type: 7 } }, 'transporter.type', /is no transporter/],
    [{ serializer: 'Jason' }, 'serializer', /did you mean 'JSON'/],
    [{ validator: 'Joi' }, 'validator', /use 'Fastest' or a validator of your own/],
    [{ validator: { options: { paramName: 'input' } } }, 'validator.options.paramName', /'params'/],
    [{ registry: { strategy: 'RoundRobbin' } }, 'registry.strategy', /did you mean 'RoundRobin'/],
    [{ registry: { discoverer: 'Locale' } }, 'registry.discoverer', /did you mean 'Local'/],
    [{ registry: { discoverer: 5 } }, 'registry.discoverer', /'Local'/],
    [{ metrics: 'yes' }, 'metrics', /false or \{ enabled: false \}/],
    [{ name: 'second' }, 'name', /beside the factory/],
    [{ isGlobal: false }, 'isGlobal', /beside the factory/],
  ])('%o: %s', (raw, option, text) => {
    const found = problems(raw).find((problem) => problem.option === option);
    expect(found?.message).toMatch(text);
    expect(refusal(raw).message).toContain(found!.message);
    expect(refusal(raw).message).toContain(option);
  });

  it.each<[raw: object, option: string, text: RegExp]>([
    [{ cacher: 'Redis' }, 'cacher', /'cacher' .* set it to null/],
    [{ cacher: true }, 'cacher', /'cacher'/],
    [{ circuitBreaker: { enabled: true } }, 'circuitBreaker', /\{ enabled: false \}/],
    [{ retryPolicy: { enabled: true } }, 'retryPolicy', /\{ enabled: false \}/],
    [{ bulkhead: { enabled: true } }, 'bulkhead', /\{ enabled: false \}/],
    [{ metrics: true }, 'metrics', /\{ enabled: false \}/],
    [{ tracing: { enabled: true } }, 'tracing', /\{ enabled: false \}/],
    [{ middlewares: [{}] }, 'middlewares', /\[\]/],
    [{ disableBalancer: true }, 'disableBalancer', /false/],
    [{ serializer: 'MsgPack' }, 'serializer', /'MsgPack'.*use 'JSON'/],
    [{ transporter: 'NATS' }, 'transporter', /'NATS'.*'Redis' or 'Memory'/],
    [{ transporter: 'mqtts://h' }, 'transporter', /'MQTT'/],
    [{ transporter: { type: 'TCP' } }, 'transporter.type', /'TCP'/],
    [{ registry: { strategy: 'Shard' } }, 'registry.strategy', /'Shard'/],
    [{ registry: { discoverer: { type: 'Etcd3' } } }, 'registry.discoverer.type', /'Etcd3'/],
    [{ registry: { discoverer: 'rediss://h' } }, 'registry.discoverer', /'Redis'/],
  ])('as not built yet: %o', (raw, option, text) => {
    const [problem, ...others] = problems(raw);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ option, message: expect.stringMatching(text) as string });
    expect(problem!.message).toContain('not built yet in this version');
  });

  it('is listed in one error, all of it', () => {
    const error = refusal({ requestTimeout: -1, transporter: 'NATS', transit: { maxQueSize: 1 } });
    expect((error.data as OptionProblem[]).map(({ option }) => option).sort()).toEqual([
      'requestTimeout',
      'transit.maxQueSize',
      'transporter',
    ]);
    expect(error.message.split('\n')).toHaveLength(4);
  });

  it('is shown without passwords', () => {
    const text = refusal({
      transporter: 'nats://user:hunter2@host',
      password: 'hunter2',
      x: { token: 'hunter2' },
    });
    expect(text.message).not.toContain('hunter2');
    expect(JSON.stringify(text.data)).not.toContain('hunter2');
    expect(text.message).toContain('nats://***@host');
  });

  it.each(['reddis://user:hun/ter@host', 'reddis://:hun@ter@host'])('nor with parts of one: %s', (url) => {
    const { message, data } = refusal({ transporter: url });
    expect(message + JSON.stringify(data)).not.toMatch(/hun|ter@/);
    expect(message).toContain('reddis://***@host');
  });
});
