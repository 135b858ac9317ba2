// The browser engines of this machine, each started with a fresh profile and without any download.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from './engines/chromium.mjs';
import { firefox } from './engines/firefox.mjs';
import { webkit } from './engines/webkit.mjs';

const KNOWN = [chromium, firefox, webkit];
const wanted = process.env.BROWSERS?.split(',').filter(Boolean);
const unknown = wanted?.find((name) => KNOWN.every((engine) => engine.name !== name));
if (unknown !== undefined) throw new Error(`BROWSERS names ${unknown}; there are ${KNOWN.map(({ name }) => name).join(', ')}`);

/** One line for each engine that cannot be started here: what it lacks, and what helps. */
export const missing = [];

/**
 * The engines that can be started here. One that is missing is skipped with one visible line.
 *
 * `BROWSERS=firefox` (comma separated) asks for some only; those must then be there.
 *
 * `start(options)` opens a browser: `javascript: false`, `cookies: false` (localStorage throws as well),
 * `dark: true`, `size: [width, height]`, `lang`.
 */
export const engines = KNOWN.flatMap(({ name, programs, remedy, start }) => {
  if (wanted && !wanted.includes(name)) return [];
  const paths = programs();
  const lacking = Object.keys(paths).filter((what) => !paths[what]);
  if (lacking.length === 0) return [{ name, start: (options = {}) => open(start, paths, options) }];
  const line = `${name} is skipped: its ${lacking.join(' and ')} cannot be found (${remedy})`;
  if (wanted) throw new Error(line);
  missing.push(line);
  console.log(`# ${line}`);
  return [];
});

/**
 * Starts and gives the driver a `done()` that leaves neither processes nor files behind, and `prepare()`, which gives a
 * tab the size and the patience that every test finds.
 */
async function open(start, paths, options) {
  const profile = mkdtempSync(join(tmpdir(), 'ck-browser-'));
  const driver = await start(paths, options, profile);
  const [width, height] = options.size ?? [1280, 800];
  driver.prepare = async () => {
    await driver.manage().setTimeouts({ implicit: 0, pageLoad: 30_000, script: 20_000 });
    await driver.manage().window().setRect({ x: 0, y: 0, width, height });
  };
  driver.done = async () => {
    await driver.quit().catch(() => {});
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  await driver.prepare();
  return driver;
}
