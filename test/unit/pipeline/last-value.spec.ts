import { BehaviorSubject, EmptyError, NEVER, Observable, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Context, NO_OPTIONS } from '../../../lib/context/context.js';
import { lastOf, someLastOf } from '../../../lib/pipeline/last-value.js';

const context = () => new Context({ nodeID: 'me' } as never, null, {}, NO_OPTIONS);

/** As of another copy of RxJS: it knows none of our classes, and its subscriptions are its own. */
class Foreign {
  observer: { next(value: unknown): void; complete(): void } | null = null;
  left = 0;
  constructor(private readonly leave: () => void = () => undefined) {}
  lift(): void {}
  subscribe(observer: Foreign['observer']) {
    this.observer = observer;
    return { unsubscribe: () => (this.left++, this.leave()) };
  }
  get observable() {
    return this as unknown as Observable<unknown>;
  }
}

describe('the last value', () => {
  it('is the last, or null', async () => {
    expect(await lastOf(of(1, 2, 3), null)).toBe(3);
    expect(await lastOf(of(), null)).toBeNull();
    expect(await lastOf(of(undefined), null)).toBeUndefined();
    await expect(
      lastOf(
        throwError(() => 'bad'),
        null,
      ),
    ).rejects.toBe('bad');
  });

  it('where one is needed, is an EmptyError if there is none', async () => {
    expect(await someLastOf(of(false))).toBe(false);
    await expect(someLastOf(of())).rejects.toBeInstanceOf(EmptyError);
  });

  it('is the one so far when the caller gives up, who is not subscribed any more', async () => {
    const [before, after] = [context(), context()];
    const source = new BehaviorSubject(7);
    const value = lastOf(source, before);
    before.abort(new Error('enough'));
    expect(await value).toBe(7);
    expect(source.observed).toBe(false);
    after.abort(new Error('enough'));
    expect(await lastOf(NEVER, after)).toBeNull();
  });

  it('comes from an Observable of another copy of RxJS too, which is left when it is over or given up', async () => {
    const [ended, endless] = [new Foreign(), new Foreign()];
    const value = lastOf(ended.observable, null);
    ended.observer?.next(1);
    ended.observer?.complete();
    expect(await value).toBe(1);
    const ctx = context();
    const never = lastOf(endless.observable, ctx);
    ctx.abort(new Error('enough'));
    expect(await never).toBeNull();
    expect([ended.left, endless.left]).toEqual([1, 1]);
  });

  it('is the error of whatever goes wrong while it is subscribed to or left', async () => {
    const fail = () => {
      throw new Error('untidy');
    };
    const broken = { lift: fail, subscribe: fail } as unknown as Observable<unknown>;
    await expect(lastOf(broken, null)).rejects.toThrow('untidy');
    const foreign = new Foreign(fail);
    const value = lastOf(foreign.observable, null);
    foreign.observer?.complete();
    await expect(value).rejects.toThrow('untidy');
    const several = new Observable((subscriber) => {
      subscriber.add(fail);
      subscriber.error(new Error('first'));
      return fail;
    });
    await expect(lastOf(several, null)).rejects.toMatchObject({
      errors: ['first', 'untidy', 'untidy'].map((message) => expect.objectContaining({ message })),
    });
  });
});
