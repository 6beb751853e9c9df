/** Vitest's configuration, with Nest 11 in the place of Nest 12. */
import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import base from '../../vitest.config.js';
import { NEST_11, NEST_PACKAGES } from './packages.mjs';

const find = new RegExp(`^@nestjs/(${NEST_PACKAGES.join('|')})$`);
const replacement = `${fileURLToPath(NEST_11)}node_modules/@nestjs/$1/index.js`;

export default mergeConfig(base, {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { alias: [{ find, replacement }] },
});
