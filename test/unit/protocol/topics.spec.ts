import { describe, expect, it } from 'vitest';
import { dialect4, dialect5, dialectOf, isProtocolVersion } from '../../../lib/protocol/dialect.js';
import { Topics } from '../../../lib/protocol/topics.js';
import { isInternalEvent } from '../../../lib/registry/internal-events.js';

describe('topics', () => {
  it('have the prefix MOL, with a namespace MOL-<namespace>', () => {
    expect(new Topics('').of('REQ', 'node-1')).toBe('MOL.REQ.node-1');
    expect(new Topics('').of('INFO')).toBe('MOL.INFO');
    expect(new Topics('dev').of('HEARTBEAT')).toBe('MOL-dev.HEARTBEAT');
    expect(new Topics('a.b').of('RES', 'x.y')).toBe('MOL-a.b.RES.x.y');
  });

  it('a node listens to exactly twelve', () => {
    expect([...new Topics('').subscriptions('me')].sort()).toEqual([
      ['MOL.DISCONNECT', 'DISCONNECT'],
      ['MOL.DISCOVER', 'DISCOVER'],
      ['MOL.DISCOVER.me', 'DISCOVER'],
      ['MOL.EVENT.me', 'EVENT'],
      ['MOL.HEARTBEAT', 'HEARTBEAT'],
      ['MOL.INFO', 'INFO'],
      ['MOL.INFO.me', 'INFO'],
      ['MOL.PING', 'PING'],
      ['MOL.PING.me', 'PING'],
      ['MOL.PONG.me', 'PONG'],
      ['MOL.REQ.me', 'REQ'],
      ['MOL.RES.me', 'RES'],
    ]);
  });

  it('of a node whose ID looks like a packet stay apart from the common ones', () => {
    const topics = new Topics('').subscriptions('INFO.x');
    expect(topics.size).toBe(12);
    expect(topics.get('MOL.REQ.INFO.x')).toBe('REQ');
  });
});

describe('versions', () => {
  it('are strings; the number is refused as real nodes refuse it', () => {
    expect(isProtocolVersion('4')).toBe(true);
    expect(isProtocolVersion('5')).toBe(true);
    for (const ver of [4, 5, '3', '6', '', null, undefined, ['5']])
      expect(isProtocolVersion(ver)).toBe(false);
    expect(dialectOf('4')).toBe(dialect4);
    expect(dialectOf('5')).toBe(dialect5);
  });

  it('only 5 knows headers', () => {
    const four: Record<string, unknown> = {};
    dialect4.addHeaders(four, { a: 1 });
    expect(four).toEqual({});
    expect(dialect4.headersText({ a: 1 })).toBe('');
    const five: Record<string, unknown> = {};
    dialect5.addHeaders(five, null);
    expect(five).toEqual({ headers: {} });
    expect(dialect5.headersText({ a: 1 })).toBe(',"headers":{"a":1}');
  });
});

describe('internal events', () => {
  it.each([
    '$node.connected',
    '$broker.started',
    '$services.changed',
    '$transit.error',
    '$circuit-breaker.opened',
  ])('%s is one', (name) => expect(isInternalEvent(name)).toBe(true));
  it.each(['$mine', '$nodes', 'node.connected', 'user.$node.x', ''])('%j is none', (name) =>
    expect(isInternalEvent(name)).toBe(false),
  );
});
