/** Decorators in plain JavaScript: they are functions. */

/** `decorate(Type, 'method', Action(), …)` */
export function decorate(type, method, ...decorators) {
  for (const decorator of decorators) {
    decorator(type.prototype, method, Object.getOwnPropertyDescriptor(type.prototype, method));
  }
}
