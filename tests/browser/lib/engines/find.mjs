// Programs on this machine.

import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cache } from '../paths.mjs';

/** A program by an environment variable, by the PATH, where cargo puts what it installs, or in one of `more` folders. */
export function find(variable, names, more = []) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    join(process.env.CARGO_INSTALL_ROOT ?? join(homedir(), '.cargo'), 'bin'),
    join(cache, 'gecko/bin'),
    ...more,
  ];
  const candidates = [process.env[variable], ...names.flatMap((name) => folders.map((folder) => join(folder, name)))];
  return candidates.find((path) => path && runs(path));
}

/** The folders of that name in each folder of `parent`: Debian has one for each kind of processor. */
export function below(parent, name) {
  try {
    return readdirSync(parent).map((folder) => join(parent, folder, name));
  } catch {
    return [];
  }
}

function runs(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
