import { describe, expect, it } from 'vitest';
import { OncePer } from '../../../lib/transit/once-per.js';
import { PeerVersions } from '../../../lib/transit/peer-versions.js';

const vers = (versions: PeerVersions) => versions.inUse().map(({ ver }) => ver);

describe('PeerVersions with auto', () => {
  it('reads 4 and 5, nothing else', () => {
    const versions = new PeerVersions('auto', false);
    expect(versions.read('4')).toBe('4');
    expect(versions.read('5')).toBe('5');
    for (const ver of ['3', 4, 5, null, undefined, {}]) expect(versions.read(ver)).toBeNull();
  });

  it('speaks 5 to whom it does not know, and each in its own to the others', () => {
    const versions = new PeerVersions('auto', false);
    versions.learn('old', '4', 'i');
    versions.learn('new', '5', 'i');
    expect(versions.of('unknown').ver).toBe('5');
    expect(versions.of('old').ver).toBe('4');
    expect(versions.of('new').ver).toBe('5');
  });

  it('uses the versions of those it knows, the primary one while there are none', () => {
    const versions = new PeerVersions('auto', false);
    expect(vers(versions)).toEqual(['5']);
    versions.learn('old', '4', null);
    expect(vers(versions)).toEqual(['4']);
    versions.learn('new', '5', null);
    expect(vers(versions)).toEqual(['5', '4']);
    versions.keep((id) => id === 'old');
    expect(vers(versions)).toEqual(['4']);
    versions.keep(() => false);
    expect(vers(versions)).toEqual(['5']);
  });

  it('asks for peers in both', () =>
    expect(new PeerVersions('auto', false).spoken().map(({ ver }) => ver)).toEqual(['5', '4']));

  it('takes a node that speaks both for one of 5, whichever came last', () => {
    const versions = new PeerVersions('auto', false);
    versions.learn('both', '5', 'i');
    versions.learn('both', '4', 'i');
    versions.learn('both', '4', null);
    expect(versions.of('both').ver).toBe('5');
    versions.learn('four first', '4', 'i');
    versions.learn('four first', '5', null);
    expect(versions.of('four first').ver).toBe('5');
  });

  it('needs no version more for nodes that speak both', () => {
    const versions = new PeerVersions('auto', false);
    versions.learn('old', '4', 'i');
    versions.learn('both', '5', null);
    expect(vers(versions)).toEqual(['5', '4']);
    versions.learn('both', '4', null);
    expect(vers(versions)).toEqual(['4']);
    versions.learn('both', '5', 'another process');
    versions.learn('both', '5', 'a third process');
    expect(vers(versions)).toEqual(['5', '4']);
  });

  it('needs none for a node that says that it understands both, in whichever version it was heard', () => {
    const versions = new PeerVersions('auto', false);
    const told = { $capabilities: ['bilingual'] };
    versions.learn('old', '4', 'i');
    versions.learn('ours', '5', 'i', told);
    expect(vers(versions)).toEqual(['4']);
    versions.learn('ours', '5');
    expect(vers(versions)).toEqual(['4']);
    // Another process of that ID, heard in what the others speak.
    versions.learn('ours', '4', 'another process', told);
    expect(versions.of('ours').ver).toBe('5');
    versions.learn('ours', '4', 'a third process', {});
    expect(versions.of('ours').ver).toBe('4');
  });

  it('believes another process of the same ID that it speaks the older one', () => {
    const versions = new PeerVersions('auto', false);
    versions.learn('node', '5', 'first');
    versions.learn('node', '4', 'second');
    expect(versions.of('node').ver).toBe('4');
  });

  it('never forgets the version of a node that is known for a flood of invented senders', () => {
    const versions = new PeerVersions('auto', false, 100);
    versions.isNode = (id) => id.startsWith('real');
    for (let i = 0; i < 100; i++) versions.learn(`real-${i}`, '4', 'i');
    for (let i = 0; i < 50_000; i++) versions.learn(`invented-${i}`, '5', null);
    for (let i = 0; i < 100; i++) expect(versions.of(`real-${i}`).ver).toBe('4');
    expect(versions.size).toBeLessThanOrEqual(10_100);
  });

  it('does not remember senders without end', () => {
    const versions = new PeerVersions('auto', false);
    for (let i = 0; i < 25_000; i++) versions.learn(`node-${i}`, '4', null);
    let known = 0;
    versions.keep(() => ++known > 0);
    expect(known).toBeLessThanOrEqual(20_000);
    expect(versions.of('node-24999').ver).toBe('4');
    expect(versions.of('node-0').ver).toBe('5');
  });
});

describe('PeerVersions with a fixed version', () => {
  it.each(['4', '5'] as const)('%s: reads and speaks it alone', (ver) => {
    const versions = new PeerVersions(ver, false);
    versions.learn('peer', ver === '4' ? '5' : '4', 'i');
    expect(versions.read(ver)).toBe(ver);
    expect(versions.read(ver === '4' ? '5' : '4')).toBeNull();
    expect(versions.of('peer').ver).toBe(ver);
    expect(vers(versions)).toEqual([ver]);
    expect(versions.spoken().map((dialect) => dialect.ver)).toEqual([ver]);
  });

  it('with the check switched off it reads everything as its own, and goes on speaking its own', () => {
    const versions = new PeerVersions('5', true);
    expect(versions.read('4')).toBe('5');
    expect(versions.read(undefined)).toBe('5');
    expect(versions.of('peer').ver).toBe('5');
  });
});

describe('OncePer', () => {
  it('lets each key speak once, until it is forgotten', () => {
    const once = new OncePer();
    expect([once.first('a'), once.first('a'), once.first('b')]).toEqual([true, false, true]);
    once.forget('a');
    expect(once.first('a')).toBe(true);
  });

  it('is bounded: the oldest key may speak again', () => {
    const once = new OncePer(2);
    for (const key of ['a', 'b', 'c']) once.first(key);
    expect(once.first('c')).toBe(false);
    expect(once.first('a')).toBe(true);
  });
});
