// The boot code decides by a key whether a stored snapshot was made for this page. The engine writes it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundled } from './bundled.mjs';
import { repository } from './runner.mjs';

const js = join(repository, 'js');
const { Engine, build } = await import(pathToFileURL(join(js, 'dist/cli/engine/engine.js')));
// What a kernel touches at its start.
globalThis.window = {};
globalThis.document = { addEventListener() {} };
const { createKernel } = await bundled('boot/kernel.ts');
const snapshotKey = (boot, context) => createKernel(boot, context, {})._key;

// In the order in which a page reads them.
const NOBODY = { region: '', signals: [], age: '', account: '', residence: '' };
const CONTEXTS = [
  {},
  { region: 'DE' },
  { region: 'de' },
  { region: 'US-CA', signals: ['gpc'] },
  { region: 'US-CA', signals: ['gpc', 'later'] },
  { region: 'FR', age: '13-15' },
  { region: 'FR', age: '0-12~2027-03-01~store' },
  { region: 'FR', account: 'a1' },
  { region: 'FR', account: 'ä|,%' },
  { region: 'FR', residence: 'US-CA' },
  { residence: 'FR' },
].map((context) => ({ ...NOBODY, ...context }));

const source = JSON.parse(readFileSync(join(repository, 'examples/shop/policy.json'), 'utf8'));
const open = (plan, context) => {
  const effects = new Engine(plan).handle({ open: { context, stored: { records: [], intents: [], cookie: '' } } }, 1_795_424_400_000, new Uint8Array(32));
  return effects.find(({ snapshot }) => snapshot).snapshot.snapshot.key;
};
const compiled = (policy) => build(JSON.stringify(policy), '', { now: 1_795_424_400_000, interface: { en: {}, de: {} } });

test("boot's key is the engine's, for every context", () => {
  const { boot, plan } = compiled(source);
  assert.match(boot.meaning, /^[\w-]{8,}$/);
  const keys = CONTEXTS.map((context) => {
    const key = snapshotKey(boot, context);
    assert.equal(key, open(plan, context), JSON.stringify(context));
    return key;
  });
  assert.equal(new Set(keys).size, CONTEXTS.length, 'two contexts never share a key');
});

test('the key changes with the meaning of a policy and not with its words', () => {
  const key = ({ boot }) => snapshotKey(boot, CONTEXTS[1]);
  const changed = (change) => {
    const policy = structuredClone(source);
    change(policy);
    return key(compiled(policy));
  };
  const today = key(compiled(source));
  assert.equal(changed((policy) => (policy.texts.en['analytics.name'] = 'Counting')), today);
  assert.equal(changed((policy) => (policy.settings = { ...policy.settings, layout: 'dialog' })), today);
  assert.notEqual(changed((policy) => (policy.purposes[2].method = 'by another method')), today);
  assert.notEqual(changed((policy) => (policy.site = 'another.example')), today);
  assert.notEqual(changed((policy) => (policy.services[0].needs = ['marketing'])), today);
});
