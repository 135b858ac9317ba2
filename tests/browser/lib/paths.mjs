// Where things are, and what they are called in HTTP.

import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** Ignored by Git: installed packages and tools that are worth keeping between runs. */
export const cache = fileURLToPath(new URL('../.cache/', import.meta.url));

/** Content types by extension. */
export const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};
