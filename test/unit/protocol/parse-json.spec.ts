import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../lib/protocol/parse-json.js';

/** Whether any object in it has the key as its own. */
function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto);
}

describe('JSON from the wire', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!hasProto(JSON.parse(text)));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
    expect(() => parseJson('{')).toThrow(SyntaxError);
  });

  it.each([
    '{"__proto__":{"admin":true},"a":1}',
    '{"\\u005f_proto__":{"admin":true},"a":1}',
    '{"__pr\\u006Fto__":{"admin":true},"a":1}',
    '{"\\u005F\\u005F\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f":5,"a":1}',
  ])('has no key __proto__, however it is written: %s', (text) => {
    expect(hasProto(JSON.parse(text))).toBe(true);
    const parsed = parseJson(text) as object;
    expect(Object.keys(parsed)).toEqual(['a']);
    const copy = Object.assign({}, parsed) as Record<string, unknown>;
    expect(copy['admin']).toBeUndefined();
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it('loses it at any depth, deeper than the stack as well, and nothing else', () => {
    const text = '{"list":[[{"b":{"__proto__":1,"c":"__proto__"}}]],"constructor":{"prototype":{"d":1}}}';
    expect(JSON.stringify(parseJson(text))).toBe(
      '{"list":[[{"b":{"c":"__proto__"}}]],"constructor":{"prototype":{"d":1}}}',
    );
    const depth = 200_000;
    let inner = parseJson(`${'{"a":'.repeat(depth)}{"__proto__":1}${'}'.repeat(depth)}`) as { a?: object };
    while (inner.a !== undefined) inner = inner.a;
    expect(Object.keys(inner)).toEqual([]);
  });
});
