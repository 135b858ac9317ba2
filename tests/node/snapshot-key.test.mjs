// The boot code decides by a key whether a stored snapshot was made for this page. The engine writes it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repository } from './runner.mjs';

const js = join(repository, 'js');
const { Engine, build } = await import(pathToFileURL(join(js, 'dist/cli/engine/engine.js')));
const { snapshotKey } = await bundled('boot/kernel.ts');

const CONTEXTS = [
  { region: '', signals: [], age: '', account: '' },
  { region: 'DE', signals: [], age: '', account: '' },
  { region: 'de', signals: [], age: '', account: '' },
  { region: 'US-CA', signals: ['gpc'], age: '', account: '' },
  { region: 'US-CA', signals: ['gpc', 'later'], age: '', account: '' },
  { region: 'FR', signals: [], age: '13-15', account: '' },
  { region: 'FR', signals: [], age: '', account: 'a1' },
  { region: 'FR', signals: [], age: '', account: 'ä|,%' },
];

const source = JSON.parse(readFileSync(join(repository, 'examples/shop/policy.json'), 'utf8'));
const open = (policy, context) => {
  const effects = new Engine(policy).handle({ open: { context, stored: { records: [], intents: [], cookie: '' } } }, 1_795_424_400_000, new Uint8Array(32));
  return effects.find(({ snapshot }) => snapshot).snapshot.snapshot.key;
};
const compiled = (policy) => JSON.parse(build(JSON.stringify(policy), '', JSON.stringify({ now: 1_795_424_400_000, interface: { en: {}, de: {} } })));

test("boot's key is the engine's, for every context", () => {
  const { boot, policy } = compiled(source);
  assert.match(boot.meaning, /^[\w-]{8,}$/);
  const keys = CONTEXTS.map((context) => {
    const key = snapshotKey(boot.meaning, context);
    assert.equal(key, open(policy, context), JSON.stringify(context));
    return key;
  });
  assert.equal(new Set(keys).size, CONTEXTS.length, 'two contexts never share a key');
});

test('the key changes with the meaning of a policy and not with its words', () => {
  const key = ({ boot }) => snapshotKey(boot.meaning, CONTEXTS[1]);
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

/** A module of the sources as this process can import it; the page's globals are those of Node. */
async function bundled(path) {
  const { build } = createRequire(join(js, 'package.json'))('esbuild');
  const { outputFiles } = await build({ entryPoints: [join(js, 'src', path)], bundle: true, write: false, format: 'esm', define: { window: 'globalThis' } });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
