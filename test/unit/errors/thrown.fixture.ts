/** What can be thrown and is hard to look at. */

const throws = (error: unknown) => (): never => {
  throw error;
};

export const bare: unknown = Object.create(null);

/** Each look at it throws, and what that throws is no better. */
export const unreadable: unknown = new Proxy(new Error('hidden'), { get: throws(bare) });

/** As a draft of immer is, when it gets out. */
export function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

export const withoutField = (field: 'message' | 'stack' | 'name'): Error =>
  Object.defineProperty(new Error('visible'), field, { get: throws(new Error(`no ${field}`)) });

export const HARD_TO_READ: readonly (readonly [what: string, thrown: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a symbol', Symbol('s')],
  ['an object without a prototype', bare],
  ['a proxy that was revoked', revoked()],
  ['a frozen error', Object.freeze(new Error('ice'))],
  ['an error whose message is no text', Object.assign(new Error('x'), { message: Symbol('m') })],
  ['an error whose message throws', withoutField('message')],
  ['an error whose stack throws', withoutField('stack')],
  ['an error whose name throws', withoutField('name')],
  ['what cannot be read', unreadable],
];
