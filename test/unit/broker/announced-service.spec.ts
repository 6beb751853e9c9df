import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { localService, publicSettings, sendable } from '../../../lib/broker/announced-service.js';
import type { Dictionary } from '../../../lib/protocol/packets.js';
import { Pipeline } from '../../../lib/pipeline/pipeline.js';
import type { ServiceDefinition } from '../../../lib/registry/service-definition.js';

const pipeline = new Pipeline({
  compileSchema: null,
  contextParamsCloning: false,
  errorHandler: null,
  ambientContext: false,
});
const handler = () => 1;

function definition(more: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return {
    name: 's',
    fullName: 's',
    settings: {},
    metadata: {},
    dependencies: [],
    actions: [],
    events: [],
    ...more,
  };
}

const action = (name: string, more: object = {}) => ({
  info: { name: `s.${name}`, rawName: name, ...more },
  handler,
  origin: 'here',
});
const event = (name: string, more: object = {}) => ({ info: { name, ...more }, handler, origin: 'here' });

describe('what INFO tells of a service', () => {
  it('all but private actions, with whatever their owner wrote', () => {
    const shared = { a: 'string' };
    const { info, actions } = localService(
      definition({
        version: 2,
        fullName: 'v2.s',
        actions: [
          action('a', { params: shared, rest: 'GET /', custom: [1], strip: () => 1 }),
          action('b', { params: shared, visibility: 'protected' }),
          action('c', { visibility: 'private' }),
          action('d', { visibility: 'nonsense' }),
        ],
      }),
      pipeline,
      true,
    );
    expect(info).toMatchObject({ name: 's', fullName: 'v2.s', version: 2 });
    expect(Object.keys(info.actions)).toEqual(['s.a', 's.b', 's.d']);
    // Moleculer's own copy loses the second of two references (trap 32).
    expect(info.actions['s.a']).toEqual({
      name: 's.a',
      rawName: 'a',
      params: { a: 'string' },
      rest: 'GET /',
      custom: [1],
    });
    expect(info.actions['s.b']).toEqual({
      name: 's.b',
      rawName: 'b',
      params: { a: 'string' },
      visibility: 'protected',
    });
    expect(actions.map(({ visibility }) => visibility)).toEqual([
      'published',
      'protected',
      'private',
      'published',
    ]);
    expect('version' in localService(definition(), pipeline, true).info).toBe(false);
  });

  it('every event, one pattern in several groups too; the group is the unversioned name if none is given', () => {
    const service = localService(
      definition({
        version: 1,
        fullName: 'v1.s',
        events: [event('x'), event('x', { group: 'g' }), event('__proto__')],
      }),
      pipeline,
      true,
    );
    expect(service.events.map(({ group }) => group)).toEqual(['s', 'g', 's']);
    expect(Object.values(service.info.events).map(({ name, group }) => [name, group])).toEqual([
      ['x', undefined],
      ['x', 'g'],
      ['__proto__', undefined],
    ]);
    expect(Object.keys(service.info.events)[0]).toBe('x');
  });
});

describe('publicSettings', () => {
  it('leaves out the paths in $secureSettings and that key, and does not touch the original', () => {
    const settings = {
      $secureSettings: ['db.password', 'key', 'a.b.c', 'dotted.name', 'no.such.path', 5 as never],
      db: { password: 'x', host: 'h' },
      key: 1,
      a: { b: { c: 1, d: 2 } },
      'dotted.name': 3,
      port: 80,
      fn: () => 1,
    };
    const before = JSON.stringify(settings);
    expect(publicSettings(settings)).toEqual({ db: { host: 'h' }, a: { b: { d: 2 } }, port: 80 });
    expect(JSON.stringify(settings)).toBe(before);
  });

  it('without it all settings go; nonsense there hides itself', () => {
    expect(publicSettings({ a: 1 })).toEqual({ a: 1 });
    expect(publicSettings({ a: 1, $secureSettings: 'a' })).toEqual({ a: 1 });
  });

  it('no secure path is left, whatever the settings', () => {
    const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
    const tree = fc.letrec((tie) => ({
      tree: fc.dictionary(key, fc.oneof({ maxDepth: 3 }, fc.integer(), fc.array(fc.integer()), tie('tree'))),
    })).tree as fc.Arbitrary<Dictionary>;
    const path = fc.array(key, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(tree, fc.array(path, { maxLength: 3 }), (settings, paths) => {
        const shown = publicSettings({ ...settings, $secureSettings: paths.map((keys) => keys.join('.')) });
        for (const keys of paths) {
          let at: unknown = shown;
          for (const part of keys) {
            at =
              typeof at === 'object' && at !== null && Object.hasOwn(at, part)
                ? (at as Dictionary)[part]
                : undefined;
          }
          expect(at).toBeUndefined();
        }
        expect(() => JSON.stringify(shown)).not.toThrow();
        expect(({} as Dictionary)['a']).toBeUndefined();
      }),
    );
  });
});

describe('sendable', () => {
  it('is what JSON makes of it, for everything JSON can do', () => {
    const harmless = (key: string, value: unknown) => (key === '__proto__' ? undefined : value);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(sendable(value))).toBe(JSON.stringify(value, harmless));
      }),
    );
    const date = new Date(0);
    expect(sendable({ date, u: undefined, list: [undefined, () => 1, 1] })).toEqual({
      date: date.toISOString(),
      list: [null, null, 1],
    });
  });

  it('cuts circles, keeps what is shared, and can always be stringified', () => {
    const shared = { x: 1 };
    const circle: Dictionary = { one: shared, two: shared };
    circle['self'] = circle;
    expect(sendable(circle)).toEqual({ one: { x: 1 }, two: { x: 1 } });
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withNullPrototype: true,
        }),
        (value) => {
          expect(() => JSON.stringify(sendable(value))).not.toThrow();
        },
      ),
    );
    expect(sendable({ big: 10n, symbol: Symbol('s') })).toEqual({ big: '10' });
  });
});
