// The same event as in core/benches/rules.rs, through WebAssembly: `node tests/node/bench/rules.mjs` after a build.
// Objects go in and come out, as they do in a page.

import { readFileSync } from 'node:fs';

const { Engine, compile } = await import(new URL('../../../js/dist/cli/engine/engine.js', import.meta.url));
const policy = JSON.parse(readFileSync(new URL('twenty.json', import.meta.url), 'utf8'));
const engine = new Engine(compile(policy));
const context = { region: 'US-CA', residence: 'CA-QC', signals: ['gpc'], age: '', account: '' };
const entropy = new Uint8Array(32);
const now = 1795424400000;
engine.handle({ open: { context, stored: { records: [], intents: [], cookie: '' } } }, now, entropy);

const ROUNDS = 15;
const CALLS = 2000;
const micros = Array.from({ length: ROUNDS }, () => {
  const start = performance.now();
  for (let call = 0; call < CALLS; call += 1) engine.handle({ context: { context } }, now, entropy);
  return ((performance.now() - start) * 1000) / CALLS;
}).sort((a, b) => a - b);
console.log(`handle a change of context, WebAssembly in Node: median ${micros[ROUNDS >> 1].toFixed(1)} us, ${micros[0].toFixed(1)} to ${micros.at(-1).toFixed(1)} us in ${ROUNDS} rounds`);
