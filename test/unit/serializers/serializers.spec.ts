import { describe, expect, it } from 'vitest';
import { createSerializer } from '../../../lib/serializers/create-serializer.js';
import { JsonSerializer } from '../../../lib/serializers/json.serializer.js';
import { Serializer } from '../../../lib/serializers/serializer.js';

class Reversed extends Serializer {
  serialize(packet: object): Buffer {
    return Buffer.from(JSON.stringify(packet)).reverse();
  }
  deserialize(data: Buffer): object {
    return JSON.parse(Buffer.from(data).reverse().toString()) as object;
  }
}

describe('the JSON serializer', () => {
  const json = new JsonSerializer();
  const through = (packet: object) => json.deserialize(Buffer.from(json.serialize(packet)));

  it('leaves values as JSON leaves them', () => {
    const packet = {
      text: 'ä€😀',
      date: new Date(0),
      buffer: Buffer.from([1, 2]),
      none: undefined,
      map: new Map([[1, 2]]),
    };
    expect(through(packet)).toEqual({
      text: 'ä€😀',
      date: '1970-01-01T00:00:00.000Z',
      buffer: { type: 'Buffer', data: [1, 2] },
      map: {},
    });
  });

  it('throws on bytes that are no JSON', () => {
    for (const bytes of ['', '{', 'text']) expect(() => json.deserialize(Buffer.from(bytes))).toThrow();
  });

  it('is called by the name of its class', () => expect(json.name).toBe('JsonSerializer'));
});

describe('createSerializer', () => {
  it('makes what was chosen', () => {
    const instance = new Reversed();
    expect(createSerializer({ kind: 'instance', instance })).toBe(instance);
    expect(createSerializer({ kind: 'class', type: Reversed } as never)).toBeInstanceOf(Reversed);
    expect(createSerializer({ kind: 'name', name: 'JSON' } as never)).toBeInstanceOf(JsonSerializer);
  });
});
