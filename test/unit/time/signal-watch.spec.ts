import { getEventListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import { SignalWatch } from '../../../lib/time/signal-watch.js';

const entry = () => ({ abort: vi.fn() });
const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

it('has one listener on a signal, from the first entry to the last', () => {
  const watch = new SignalWatch();
  const { signal } = new AbortController();
  const [one, two, stranger] = [entry(), entry(), entry()];
  watch.add(signal, one);
  watch.add(signal, two);
  expect(listeners(signal)).toBe(1);
  watch.remove(signal, one);
  watch.remove(signal, one);
  watch.remove(signal, stranger);
  expect(listeners(signal)).toBe(1);
  watch.remove(signal, two);
  expect(listeners(signal)).toBe(0);
  watch.add(signal, one);
  expect(listeners(signal)).toBe(1);
});

it('gives up every entry with the reason, though they take themselves out on the way', () => {
  const watch = new SignalWatch();
  const [first, second] = [new AbortController(), new AbortController()];
  const told: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    const self = {
      abort: (reason: unknown) => {
        told.push(`${name} ${String(reason)}`);
        watch.remove(first.signal, self);
      },
    };
    watch.add(first.signal, self);
  }
  const other = entry();
  watch.add(second.signal, other);
  first.abort('enough');
  expect(told).toEqual(['a enough', 'b enough', 'c enough']);
  expect(other.abort).not.toHaveBeenCalled();
  second.abort();
  expect(other.abort).toHaveBeenCalledTimes(1);
});
