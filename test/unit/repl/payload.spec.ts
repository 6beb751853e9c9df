import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from '../../../lib/repl/parse-line.js';
import { readPayload } from '../../../lib/repl/payload.js';
import { UsageError } from '../../../lib/repl/usage.error.js';

const read = (line: string) => readPayload(parseLine(line), ['action']);

describe('a payload', () => {
  it('is made of flags: params, meta with # and options with $', () => {
    expect(read('math.add --a 5 --b.c x --#user 7 --#deep.er yes --$timeout 3000')).toEqual({
      names: ['math.add'],
      params: { a: 5, b: { c: 'x' } },
      meta: { user: 7, deep: { er: 'yes' }, $repl: true },
      options: { timeout: 3000 },
    });
  });

  it('types values as JSON where they are', () => {
    const line = `x --a -5 --b 1.5 --c true --d null --e '"5"' --f [1,"2"] --g {"h": 1} --i --j=k`;
    expect(read(line).params).toEqual({
      a: -5,
      b: 1.5,
      c: true,
      d: null,
      e: '5',
      f: [1, '2'],
      g: { h: 1 },
      i: true,
      j: 'k',
    });
  });

  it('leaves as text what is no JSON, or would lose digits', () => {
    const line =
      'x --a 007 --b 0x1f --c +31612345678 --d 12345678901234567890 --e 1e999 --f 2024-01-01 --no-g';
    expect(read(line).params).toEqual({
      a: '007',
      b: '0x1f',
      c: '+31612345678',
      d: '12345678901234567890',
      e: '1e999',
      f: '2024-01-01',
      'no-g': true,
    });
  });

  it('collects a flag given more than once', () => {
    expect(read('x --a 1 --a two').params).toEqual({ a: [1, 'two'] });
  });

  it('is any JSON, with meta behind it', () => {
    // A bare negative number with an exponent reads as a flag.
    const json = fc.jsonValue().filter((value) => typeof value !== 'number');
    fc.assert(
      fc.property(json, fc.dictionary(fc.string(), fc.jsonValue()), (params, meta) => {
        const payload = readPayload(['x', JSON.stringify(params), JSON.stringify(meta)], ['action']);
        expect(payload.params).toEqual(JSON.parse(JSON.stringify(params)));
        expect(payload.meta).toEqual({ ...JSON.parse(JSON.stringify(meta)), $repl: true });
      }),
    );
  });

  it('is a JSON object to which flags are added', () => {
    expect(read('x {"a":1,"b":2} --b 3 --#c 4')).toMatchObject({ params: { a: 1, b: 3 }, meta: { c: 4 } });
    expect(() => read('x [1] --b 3')).toThrow('flags can only be added to a JSON object');
  });

  it('is plain objects, and no flag reaches a prototype', () => {
    const { params } = read('x --__proto__.polluted 1 --constructor.prototype.polluted 1 --a.b 2');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf((params as { a: object }).a)).toBe(Object.prototype);
  });

  it('is refused with the reason', () => {
    expect(() => read('')).toThrow(new UsageError("missing required argument 'action'"));
    expect(() => read('x {"a":')).toThrow(/^params must be JSON: /);
    expect(() => read('x {} {a}')).toThrow(/^meta must be JSON: /);
    expect(() => read('x {} 5')).toThrow('meta must be a JSON object');
    expect(() => read('x {} {} more')).toThrow("unexpected argument 'more'");
  });
});
