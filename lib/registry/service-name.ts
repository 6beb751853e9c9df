/** `v2.users` for a number, `staging.users` for text, the bare name without a version or with `$noVersionPrefix` (protocol section 4). */
export function fullServiceName(
  name: string,
  version: string | number | null | undefined,
  settings?: Record<string, unknown> | null,
): string {
  if (version == null || settings?.['$noVersionPrefix'] === true) return name;
  return typeof version === 'number' ? `v${version}.${name}` : `${version}.${name}`;
}

/** The full action name; with `$noServiceNamePrefix` the action's own name alone. */
export function fullActionName(
  fullName: string,
  rawName: string,
  settings?: Record<string, unknown> | null,
): string {
  return settings?.['$noServiceNamePrefix'] === true ? rawName : `${fullName}.${rawName}`;
}
