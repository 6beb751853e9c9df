/** A class given as an option: an instance comes from Nest's container, with its dependencies. */
export type ClassOf<T> = new (...args: never[]) => T;
