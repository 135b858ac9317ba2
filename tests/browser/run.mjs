// Runs every file in every engine, each pair in a process of its own and a few at a time, and says at the end what
// failed, what needed a second attempt and which engine is missing.
//
//   node run.mjs [FILE…] [--test-name-pattern=…]     BROWSERS=firefox,webkit   JOBS=1   ALL=1

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engines, missing } from './lib/browsers.mjs';
import { tidy } from './lib/kept.mjs';
import { read } from './lib/report.mjs';
import { installPackage, tarball } from './lib/site.mjs';

// Most of a story is waiting, so that there is work for more browsers than processors.
const JOBS = Number(process.env.JOBS) || availableParallelism() + 1;

/**
 * Files whose stories are about the engine, the policy and the server, hardly about the browser, and which take long: the everyday run has them in
 * the first engine alone, and says so. `ALL=1`, or their name, runs them in every engine; do so before a release.
 */
const SELDOM = ['badinput', 'delivery', 'documents', 'examples', 'package', 'parts', 'places', 'recipes', 'texts'].map((name) => `${name}.test.mjs`);
const seldom = (file) => !process.env.ALL && named.length === 0 && SELDOM.includes(file);

const here = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const flags = words.filter((word) => word.startsWith('--'));
const named = words.filter((word) => !word.startsWith('--'));

const start = Date.now();
const total = { pass: 0, fail: 0, skipped: missing.length };
const said = [];

tidy();
if (tarball) await installPackage();
const waiting = jobs();
await Promise.all(Array.from({ length: JOBS }, async () => {
  for (let job = waiting.shift(); job; job = waiting.shift()) await run(job);
}));
for (const line of [...said, ...missing]) console.log(line);
console.log(`${engines.map(({ name }) => name).join(', ') || 'no engine'} in ${seconds(start)} s`);
for (const [word, number] of Object.entries(total)) console.log(`# ${word} ${number}`);
process.exitCode = total.fail > 0 ? 1 : 0;

/** What takes longest begins first. Tests that need no browser run with the first engine. */
function jobs() {
  const files = readdirSync(here).filter((name) => name.endsWith('.test.mjs'));
  const unknown = named.find((name) => !files.includes(name));
  if (unknown) throw new Error(`${unknown} is none of ${files.join(', ')}`);
  const wanted = files.filter((name) => named.length === 0 || named.includes(name));
  const size = (name) => statSync(join(here, name)).size;
  wanted.sort((one, other) => size(other) - size(one));
  const names = engines.length > 0 ? engines.map(({ name }) => name) : [''];
  for (const file of wanted.filter((name) => seldom(name) && names.length > 1)) {
    said.push(`left out: ${file} in ${names.slice(1).join(' and ')}; ALL=1 runs it`);
    total.skipped += 1;
  }
  return wanted.flatMap((file) => (isPlain(file) || seldom(file) ? names.slice(0, 1) : names).map((engine, index) => ({ file, engine, beside: index > 0 })));
}

/** Whether none of its tests is about one engine. */
function isPlain(file) {
  const source = readFileSync(join(here, file), 'utf8');
  return /\bplain\(/.test(source) && !/\b(?:story|test)\(/.test(source);
}

async function run({ file, engine, beside }) {
  const began = Date.now();
  const env = { ...process.env, BROWSERS: engine, ...(beside && { BESIDE: '1' }) };
  const child = spawn(process.execPath, ['--test-reporter=spec', ...flags, file], { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part));
  const code = await new Promise((resolve) => child.once('close', resolve));
  const { pass, fail, skipped, lines, again } = read(Buffer.concat(parts).toString('utf8'), code);
  total.pass += pass;
  total.fail += fail;
  total.skipped += skipped;
  const what = `${file} in ${engine || 'no engine'}`;
  if (fail > 0) said.push(`failed: ${what}`);
  said.push(...again);
  console.log(`${lines.join('\n').trim()}\n== ${what}: ${pass} passed, ${fail} failed in ${seconds(began)} s\n`);
}

function seconds(since) {
  return Math.round((Date.now() - since) / 1000);
}
