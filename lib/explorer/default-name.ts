import { ServiceSchemaError } from '../errors/service.error.js';
import { namelessService } from '../messages/explorer.messages.js';

/** `UserProfileService` → `userProfile`, `HTTPProxyController` → `httpProxy`. */
export function defaultServiceName(className: string): string {
  const stem = className.replace(/(?<=.)(Service|Controller)$/, '');
  if (stem === '') throw new ServiceSchemaError(namelessService());
  return stem.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
}
