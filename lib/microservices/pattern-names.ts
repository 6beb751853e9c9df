/**
 * What the patterns of `@nestjs/microservices` are called in the cluster. An object is Nest's route of it: `{ cmd: 'sum' }` is the action
 * `{"cmd":"sum"}`, whatever the order of its keys.
 */

const isObjectRoute = (route: string): boolean => route.startsWith('{');

/** `users.get` belongs to the service `users`; what has no dot, and every object, is a service of its own with that one action. */
export function serviceOf(route: string): string {
  const dot = isObjectRoute(route) ? -1 : route.lastIndexOf('.');
  return dot > 0 && dot < route.length - 1 ? route.slice(0, dot) : route;
}

/** The action's name within its service. */
export function rawNameOf(route: string): string {
  const service = serviceOf(route);
  return service === route ? route : route.slice(service.length + 1);
}

export const hasWildcard = (route: string): boolean => !isObjectRoute(route) && route.includes('*');
