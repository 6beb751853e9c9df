/** A service that must be there first: its full name (`'v2.users'`), or name and version. */
export type ServiceDependency = string | { name: string; version?: string | number };
