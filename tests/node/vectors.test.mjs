// The shared vectors through the engine in WebAssembly, and through the same engine as plain JavaScript.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { differences, readFile, readFiles, readManifest, repository, runVector } from './runner.mjs';

const load = (path) => import(pathToFileURL(join(repository, 'js/dist', path)));
const { Engine, check } = await load('cli/engine/engine.js');
const fallback = await load('browser/engine-fallback.js');

const ENGINES = { WebAssembly: Engine, 'plain JavaScript': fallback.Engine };

/** They bring a rules table of their own, and the engine for pages has its table built in. */
const CANNOT_RUN = ['rules/own-table.json'];

const files = readFiles();

test('every vector of the manifest is there, and no other', () => {
  const manifest = readManifest();
  assert.ok(Object.keys(manifest).length > 0, 'an empty manifest asks for nothing');
  assert.deepEqual(differences(manifest, files), []);
});

test('only files that bring rules are left out', () => {
  assert.deepEqual([...files].filter(([, { rules }]) => rules).map(([path]) => path), CANNOT_RUN);
});

for (const [kind, Engine] of Object.entries(ENGINES)) {
  for (const [path, file] of files) {
    const skip = CANNOT_RUN.includes(path) && 'brings rules of its own';
    for (const vector of file.vectors) {
      test(`${kind}: ${path}: ${vector.name}`, { skip }, () => runVector(file, vector, { Engine, check }));
    }
  }
}

// What the runner itself must notice. The base is a story that passes.
const OPEN = { open: { context: { region: 'DE', signals: [], age: '', account: '' }, stored: { records: [], intents: [], cookie: '' } } };
const SOURCE = JSON.stringify({
  about: 'x',
  policy: {
    site: 'shop.example', version: 1, withdrawalUrl: '/privacy', controllers: [{ id: 'shop', name: 'Shop' }],
    purposes: [{ id: 'analytics' }], texts: { en: { 'analytics.name': 'Counting', 'analytics.text': 'Counts.' } },
  },
  vectors: [{
    name: 'first', source: 'this test', steps: [
      { now: 1795424400000, event: OPEN, expect: [
        { snapshot: { keep: true, snapshot: { format: 1, key: '$key', granted: [], ask: true } } },
        { view: { view: { prompt: { kind: 'required', suppressed: null, items: [{ item: 'analytics', reason: 'FIRST_VISIT' }] }, stamp: '$stamp' } } }] },
      { now: 1795424400001, policy: { noticeUrl: '/notice' }, event: OPEN, expect: [
        { snapshot: { snapshot: { key: '$key' } } }, { view: { view: { stamp: '$stamp' } } }] },
      { now: 1795424400002, event: { wake: {} }, expect: [] },
    ],
  }],
});

/** What is planted → what the runner must say. */
const PLANTED = [
  ['"granted":[]', '"granted":["analytics"]', /effects\[0\]\.snapshot\.snapshot\.granted: expected/],
  ['"format":1', '"format":"1"', /expected "1", got 1/],
  ['"suppressed":null', '"suppressed":"COOL_DOWN"', /expected "COOL_DOWN", got null/],
  ['"reason":"FIRST_VISIT"', '"reason":"NEW_PURPOSE"', /expected "NEW_PURPOSE"/],
  ['"kind":"required"', '"kind":"required","urgent":true', /no member urgent/],
  ['"format":1', '"format":1,"form":1', /no member form/],
  ['{"snapshot":{"keep"', '{"shot":{"keep"', /no member shot/],
  ['[{"snapshot":{"keep"', '["*",{"snapshot":{"keep"', /expected \[/],
  ['"stamp":"$stamp"', '"stamp":"$key"', /\$key was/],
  ['"region":"DE"', '"region":"DE","city":"Kiel"', /no open\.context\.city/],
  ['"cookie":""', '"cookie":"","crumbs":""', /no open\.stored\.crumbs/],
  ['"region":"DE"', '"region":7', /EVENT_UNREADABLE/],
  ['"region":"DE"', '"region":"$place"', /\$place has no value yet/],
  ['{"open":', '{"opened":', /no opened/],
  ['{"open":', '{"wake":{},"open":', /EVENT_UNREADABLE|no /],
  ['{"wake":{}}', '{"wake":{"after":1}}', /no wake\.after/],
  ['"about":', '"abuot":', /unknown abuot/],
  ['"source":', '"steep":[],"source":', /unknown steep/],
  ['"now":', '"clock":1,"now":', /unknown clock/],
  ['"now":1795424400000', '"now":1795424400000,"entropy":"00"', /entropy must be/],
  ['"expect":[{"snapshot":{"keep"', '"expects":[],"expect":[{"snapshot":{"keep"', /unknown expects/],
  ['"purposes":', '"purpose":[],"purposes":', /POLICY_INVALID/],
  ['"analytics.text"', '"analytics.txt"', /TEXT_MISSING/],
];

const runAll = (text, Engine) => {
  const file = readFile(JSON.parse(text), 'planted');
  for (const vector of file.vectors) runVector(file, vector, { Engine, check });
};

for (const [kind, Engine] of Object.entries(ENGINES)) {
  test(`the runner passes what is right (${kind})`, () => runAll(SOURCE, Engine));

  test(`the runner notices every planted mistake (${kind})`, () => {
    for (const [from, to, expected] of PLANTED) {
      assert.ok(SOURCE.includes(from), `nothing to replace: ${from}`);
      assert.throws(() => runAll(SOURCE.replace(from, () => to), Engine), { message: expected }, to);
    }
  });
}

test('the runner notices vectors that got lost and files that nobody listed', () => {
  const found = new Map([['a.json', { vectors: [1, 2] }], ['new.json', { vectors: [1] }]]);
  assert.deepEqual(differences({ 'a.json': 2, 'new.json': 1 }, found), []);
  assert.deepEqual(differences({ 'a.json': 3, 'b.json': 1 }, found), [
    'a.json: 2 vectors, 3 in the manifest', 'b.json: no vectors, 1 in the manifest', 'new.json: 1 vectors, none in the manifest',
  ]);
});
