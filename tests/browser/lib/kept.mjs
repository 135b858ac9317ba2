// What was built once from the same inputs is not built again: copies of folders, in .cache, under a hash of the inputs.

import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './paths.mjs';

const shelf = join(cache, 'built');

/**
 * Makes `folders` what `make` makes of them, and answers with what it answers (a text).
 *
 * The key is everything that `make` depends on: `inputs` (texts), what lies in `folders` before, and the day, because
 * laws and builds have dates.
 */
export async function kept(inputs, folders, make) {
  const day = new Date().toISOString().slice(0, 10);
  const key = hash([day, ...inputs, ...folders.map(contents)]);
  const place = join(shelf, day, key);
  if (existsSync(place)) return take(place, folders);
  const said = await make();
  // Complete, or not there: another process may build the same at the same time.
  const draft = join(shelf, day, `draft-${randomUUID()}`);
  mkdirSync(draft, { recursive: true });
  folders.forEach((folder, index) => cpSync(folder, join(draft, String(index)), { recursive: true }));
  writeFileSync(join(draft, 'said'), said ?? '');
  try {
    renameSync(draft, place);
    return said;
  } catch {
    // Another was faster. One build of the same is enough: what is signed knows its moment.
    rmSync(draft, { recursive: true, force: true });
    return take(place, folders);
  }
}

/** Puts what was built into place. */
function take(place, folders) {
  folders.forEach((folder, index) => replace(folder, join(place, String(index))));
  return readFileSync(join(place, 'said'), 'utf8');
}

/** Removes what other days have left. */
export function tidy() {
  const today = new Date().toISOString().slice(0, 10);
  for (const day of existsSync(shelf) ? readdirSync(shelf) : []) {
    if (day !== today) rmSync(join(shelf, day), { recursive: true, force: true });
  }
}

function replace(folder, by) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(by, folder, { recursive: true });
}

/** Names and bytes of every file in a folder, as one hash. */
function contents(folder) {
  if (!existsSync(folder)) return '';
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort();
  return hash(paths.flatMap((path) => [path.slice(folder.length), readFileSync(path)]));
}

function hash(parts) {
  const sum = createHash('sha256');
  // Each part with its length, so that no two lists are the same bytes.
  for (const part of parts) sum.update(`${part.length}:`).update(part);
  return sum.digest('hex').slice(0, 32);
}
