import type { SerializerChoice } from '../options/resolved-options.js';
import { JsonSerializer } from './json.serializer.js';
import type { Serializer } from './serializer.js';

/** From the checked `serializer` option; names not built yet were refused when the options were checked. */
export function createSerializer(choice: SerializerChoice): Serializer {
  if (choice.kind === 'instance') return choice.instance;
  return choice.kind === 'class' ? new choice.type() : new JsonSerializer();
}
