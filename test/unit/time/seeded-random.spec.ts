import { describe, expect, it } from 'vitest';
import { seededPrefix, seededRandom } from '../../../lib/time/seeded-random.js';

const draw = (seed: number, stream?: string, count = 5) => {
  const random = seededRandom(seed, stream);
  return Array.from({ length: count }, () => random());
};

describe('seeded randomness', () => {
  it('is the same for the same seed and stream, another one for each other', () => {
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    const all = [draw(1, 'a'), draw(2, 'a'), draw(1, 'b'), draw(-1, 'a'), draw(1)];
    expect(new Set(all.map(([first]) => first)).size).toBe(all.length);
  });

  it('does not change from version to version: a seed that somebody noted must mean the same', () => {
    expect(draw(1, '', 3)).toMatchInlineSnapshot(`
      [
        0.8184181398246437,
        0.6905198332387954,
        0.8987877452746034,
      ]
    `);
  });

  it('is spread evenly over [0, 1), also over the first draws of neighbouring seeds', () => {
    for (const values of [
      draw(7, 'x', 20_000),
      Array.from({ length: 20_000 }, (_, seed) => draw(seed)[0]!),
    ]) {
      const tenths = Array.from({ length: 10 }, () => 0);
      for (const value of values) tenths[Math.floor(value * 10)]!++;
      for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(250);
    }
  });

  it('makes the beginning of a UUID', () => {
    expect(seededPrefix(seededRandom(3))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-$/);
  });
});
