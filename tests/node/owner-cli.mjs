// The command line as an owner has it: a folder with policies, commands run in it, and what they print.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './runner.mjs';

export const MAIN = join(repository, 'js/dist/cli/main.js');
export const shop = () => JSON.parse(readFileSync(join(repository, 'examples/shop/policy.json'), 'utf8'));
export const NOON = Date.UTC(2026, 10, 23, 12);

/** A policy with one thing changed. */
export const changed = (policy, change) => (change(policy), policy);

/** A folder with a policy in it, and the command run there with the clock at noon. */
export function owner(t, policy = shop()) {
  const folder = mkdtempSync(join(tmpdir(), 'ck-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const write = (content, name = 'policy.json') => writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  write(policy);
  return {
    folder,
    write,
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    run: (...args) => run(folder, NOON, ...args),
    at: (now, ...args) => run(folder, now, ...args),
    files: () => snapshot(folder),
  };
}

function run(cwd, now, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', `data:text/javascript,Date.now=()=>${now}`, MAIN, ...args], { cwd, encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

/** Every file below a folder with the hash of its content. */
function snapshot(folder) {
  const paths = readdirSync(folder, { recursive: true }).filter((path) => statSync(join(folder, path)).isFile()).sort();
  return Object.fromEntries(paths.map((path) => [path, createHash('sha256').update(readFileSync(join(folder, path))).digest('hex')]));
}

/** It failed with a sentence for people. */
export function refused({ code, stdout, stderr }, ...patterns) {
  assert.equal(code, 1, stdout + stderr);
  assert.equal(stdout, '', 'nothing is reported as done');
  for (const pattern of patterns) assert.match(stderr, pattern);
  assert.doesNotMatch(stderr, /\n\s+at |node:internal/, 'a sentence, not a stack');
}
