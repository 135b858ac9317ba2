// Runs every file in every engine, each pair in a process of its own and a few at a time, and says at the end what
// passed, what needed a second attempt and which engine is missing.
//
//   node run.mjs [FILE…] [--test-name-pattern=…]     BROWSERS=firefox,webkit   JOBS=1

import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { engines, missing } from './lib/browsers.mjs';
import { tidy } from './lib/kept.mjs';
import { installPackage, tarball } from './lib/site.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const flags = words.filter((word) => word.startsWith('--'));
const named = words.filter((word) => !word.startsWith('--'));

// Most of a story is waiting, so that there is work for more browsers than processors.
const JOBS = Number(process.env.JOBS) || availableParallelism() + 1;

const start = Date.now();
const total = { pass: 0, fail: 0, skipped: missing.length };
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;
const again = [];
const failed = [];

tidy();
if (tarball) await installPackage();
const waiting = jobs();
await Promise.all(Array.from({ length: JOBS }, async () => {
  for (let job = waiting.shift(); job; job = waiting.shift()) await run(job);
}));

for (const name of failed) console.log(`failed: ${name}`);
for (const line of again) console.log(line);
for (const line of missing) console.log(line);
console.log(`${engines.map(({ name }) => name).join(', ') || 'no engine'}: ${seconds(start)}, ${again.length} second attempts`);
for (const [word, number] of Object.entries(total)) console.log(`# ${word} ${number}`);
process.exitCode = total.fail > 0 ? 1 : 0;

/** What takes longest begins first. Tests that need no browser run with the first engine. */
function jobs() {
  const files = readdirSync(here).filter((name) => name.endsWith('.test.mjs'));
  const unknown = named.find((name) => !files.includes(name));
  if (unknown) throw new Error(`${unknown} is none of ${files.join(', ')}`);
  const wanted = files.filter((name) => named.length === 0 || named.includes(name));
  wanted.sort((one, other) => statSync(`${here}/${other}`).size - statSync(`${here}/${one}`).size);
  const names = engines.length > 0 ? engines.map(({ name }) => name) : [''];
  return wanted.flatMap((file) => names.map((engine, index) => ({ file, engine, beside: index > 0 })));
}

async function run({ file, engine, beside }) {
  const began = Date.now();
  const env = { ...process.env, BROWSERS: engine, ...(beside && { BESIDE: '1' }) };
  const child = spawn(process.execPath, ['--test-reporter=spec', ...flags, file], { cwd: here, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => parts.push(part));
  const code = await new Promise((resolve) => child.once('close', resolve));

  const lines = [];
  const counted = {};
  for (const line of Buffer.concat(parts).toString('utf8').trimEnd().split('\n')) {
    const [, word, number] = /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/.exec(line) ?? [];
    if (word) counted[word] = Number(number);
    else lines.push(line);
    if (/second attempt of/.test(line)) again.push(line.replace(/^.*?second attempt/, 'second attempt'));
  }
  const fail = (counted.fail ?? 0) + (counted.cancelled ?? 0);
  // A process that ends otherwise than by its tests has failed.
  const broken = code !== 0 && fail === 0;
  total.pass += counted.pass ?? 0;
  total.skipped += counted.skipped ?? 0;
  total.fail += fail + (broken ? 1 : 0);
  const what = `${file} in ${engine || 'no engine'}`;
  if (fail || broken) failed.push(`${what}${broken ? `: ended with ${code}` : ''}`);
  console.log(`${lines.join('\n')}\n== ${what}: ${counted.pass ?? 0} passed, ${fail} failed, ${seconds(began)}\n`);
}
