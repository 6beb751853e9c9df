/** Keys of our own metadata. */
export const SERVICE_METADATA = 'moleculer:service';
/** On the method itself: `ActionOptions[]`. */
export const ACTION_METADATA = 'moleculer:actions';
/** On the method itself: `EventOptions[]`. */
export const EVENT_METADATA = 'moleculer:events';
/** On the class: `EventStreamDeclaration[]`, inherited ones first. */
export const EVENT_STREAM_METADATA = 'moleculer:event-streams';

/** Keys of Nest, the same in 11 and 12; not all of them are exported from a package root. */
export const ROUTE_ARGUMENTS = '__routeArguments__';
export const CUSTOM_ARGUMENT = '__customRouteArgs__';
export const ENTRY_PROVIDER = '__entryProvider__';
export const INJECTABLE = '__injectable__';
export const CONTROLLER = '__controller__';
export const SCOPE_OPTIONS = 'scope:options';
export const PROPERTY_DEPENDENCIES = 'self:properties_metadata';
export const PARAMETER_TYPES = 'design:paramtypes';
export const GUARDS = '__guards__';
export const INTERCEPTORS = '__interceptors__';
export const PIPES = '__pipes__';
export const FILTERS = '__exceptionFilters__';

/** Everything that `@UseGuards` and its like leave on a class or method. */
export const ENHANCERS = [GUARDS, INTERCEPTORS, PIPES, FILTERS] as const;
/** What `@Catch` leaves on the class of a filter. */
export const CAUGHT = '__filterCatchExceptions__';
