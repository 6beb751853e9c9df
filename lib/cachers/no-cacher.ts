import { Cacher } from './cacher.js';

/** The cacher that is off: knows nothing, keeps nothing. */
export class NoCacher extends Cacher {
  get(): Promise<unknown> {
    return Promise.resolve(undefined);
  }

  set(): Promise<void> {
    return Promise.resolve();
  }

  del(): Promise<void> {
    return Promise.resolve();
  }

  clean(): Promise<void> {
    return Promise.resolve();
  }
}
