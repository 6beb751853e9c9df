import { describe, expect, it } from 'vitest';
import { mergeMeta } from '../../../lib/context/merge-meta.js';

const throws = () => {
  throw new Error('no');
};
const withGetter = (fields: object) =>
  Object.defineProperty({ ...fields }, 'bad', { enumerable: true, get: throws });

class Owned {
  kept = 1;
  get fixed() {
    return 'of the class';
  }
}

it('writes into what is there, the last word wins', () => {
  const own = { a: 1, b: 1 };
  expect(mergeMeta(own, { b: 2, c: 2 })).toBe(own);
  expect(own).toEqual({ a: 1, b: 2, c: 2 });
});

it('takes no prototype over', () => {
  const merged = mergeMeta({}, JSON.parse('{"__proto__":{"x":1},"a":1}') as object) as object;
  expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  expect(merged).toEqual({ a: 1 });
});

describe('never throws', () => {
  it.each([
    ['frozen', Object.freeze({ a: 1 }), { b: 2 }, { a: 1, b: 2 }],
    ['an accessor of a class stands in the way', new Owned(), { fixed: 'mine' }, { kept: 1, fixed: 'mine' }],
    ['a field that cannot be read', { a: 1 }, withGetter({ b: 2 }), { a: 1, b: 2 }],
    ['a field of ours that cannot be read', withGetter({ a: 1 }), { bad: 2 }, { a: 1, bad: 2 }],
    ['what cannot be listed', { a: 1 }, new Proxy({}, { ownKeys: throws }), { a: 1 }],
    ['no object', { a: 1 }, 'text', { a: 1 }],
    ['nothing', { a: 1 }, undefined, { a: 1 }],
    ['ours is no object', 'text', { b: 2 }, { b: 2 }],
  ])('%s', (_what, own, given, merged) => {
    expect(mergeMeta(own, given)).toEqual(merged);
  });
});
