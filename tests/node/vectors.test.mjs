// The shared vectors through every form of the engine that ships.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { driven } from './driven.mjs';
import { among, differences, readFile, readFiles, readManifest, repository, runVector } from './runner.mjs';

const dist = (path) => join(repository, 'js/dist', path);
const load = (path) => import(pathToFileURL(dist(path)));
const { Engine, check, compile } = await load('cli/engine/engine.js');

/** A page's engine: the module is handed over, because Node has no address to fetch it from. */
async function paged(folder) {
  const engine = await load(`${folder}/engine.js`);
  engine.initSync({ module: readFileSync(dist(`${folder}/engine_bg.wasm`)) });
  return engine;
}

const site = await paged('browser');
const page = await paged('engine');
const plain = await load('browser/engine-fallback.js');

const ENGINES = {
  'Node': { Engine, compile, check },
  // Its policies are compiled ahead, by Node.
  'built site': { Engine: driven(site.Driver), compile, check },
  'page': { Engine: driven(page.Driver), compile: page.compile, check },
  'plain JavaScript': { Engine: driven(plain.Driver), compile: plain.compile, check },
};

test('only who compiles policies in the page brings the rules along', () => {
  assert.equal(site.compile, undefined);
  for (const it of [page, plain]) assert.equal(typeof it.compile, 'function');
});

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

for (const [kind, engine] of Object.entries(ENGINES)) {
  for (const [path, file] of files) {
    const skip = CANNOT_RUN.includes(path) && 'brings rules of its own';
    for (const vector of file.vectors) {
      test(`${kind}: ${path}: ${vector.name}`, { skip }, () => runVector(file, vector, engine));
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
  ['"expect":[{"snapshot":{"keep"', '"includes":[],"expect":[{"snapshot":{"keep"', /unknown expect/],
  ['"expect":[{"snapshot":{"keep"', '"never":[],"expect":[{"snapshot":{"keep"', /unknown never/],
  ['"expect":[]', '"entropy":""', /expect missing/],
  ['"expect":[]', '"includes":["*"]', /nothing from \[0\] on matches "\*"/],
  ['"expect":[]', '"includes":[],"never":[{"veiw":"*"}]', /no veiw/],
  ['"expect":[]', '"includes":[],"never":[{"view":{"view":{"items":{"some":[{"granted":true,"kee":"*"}]}}}}]', /no view\.view\.items\.0\.kee/],
  ['"purposes":', '"purpose":[],"purposes":', /POLICY_INVALID/],
  ['"analytics.text"', '"analytics.txt"', /TEXT_MISSING/],
];

const runAll = (text, engine) => {
  const file = readFile(JSON.parse(text), 'planted');
  for (const vector of file.vectors) runVector(file, vector, engine);
};

for (const [kind, engine] of Object.entries(ENGINES)) {
  test(`the runner passes what is right (${kind})`, () => runAll(SOURCE, engine));

  test(`the runner notices every planted mistake (${kind})`, () => {
    for (const [from, to, expected] of PLANTED) {
      assert.ok(SOURCE.includes(from), `nothing to replace: ${from}`);
      assert.throws(() => runAll(SOURCE.replace(from, () => to), engine), { message: expected }, to);
    }
  });
}

// Effects like those of a click, and what may be said of some of them. The runner in Rust has the same cases.
const EFFECTS = [
  { snapshot: { granted: ['necessary'], ask: true } },
  { view: { items: [{ key: 'a', on: false }, { key: 'b', on: true }], stamp: 's' } },
  { save: { id: '1' } },
];
const items = (...some) => ({ view: { items: { some } } });

test('effects may be named alone and in their order', () => {
  const good = [
    [], [{ snapshot: '*' }, { save: { id: '$id' } }], [items({ key: 'b', on: true }, { key: 'a' })],
    [items({ key: '$first', on: false }, { key: '$first' })], [items(), '*'],
  ];
  for (const patterns of good) among(patterns, [], EFFECTS);
});

test('a pattern that matches no effect is noticed', () => {
  const bad = [
    [[{ save: '*' }, { view: '*' }], /nothing from \[3\] on matches/],
    [[{ view: '*' }, { view: '*' }], /\neffects\[2\] has no member view/],
    [[{ snapshot: { ask: false } }], /\neffects\[0\]\.snapshot\.ask: expected false, got true/],
    [[items({ key: 'a', on: true })], /items\[0\]\.on: expected true, got false/],
    [[items({ key: 'c' })], /items: nothing from \[0\] on matches/],
    [[items({ name: 'a' })], /has no member name/],
    [[{ view: { items: { some: [], more: [] } } }], /`some` stands alone/],
    [[{ view: { items: { some: {} } } }], /`some` stands alone/],
    [[{ view: { stamp: { some: ['s'] } } }], /expected \{/],
    [[{ view: { items: [{ key: 'a' }] } }], /expected \[/],
    [[{ view: { stamp: '$x' } }, { save: { id: '$x' } }], /\$x was "s", now "1"/],
  ];
  for (const [patterns, message] of bad) assert.throws(() => among(patterns, [], EFFECTS), { message }, JSON.stringify(patterns));
});

test('a failed attempt gives no names', () => {
  const names = new Map();
  among([items({ key: '$on', on: true })], [], EFFECTS, names);
  assert.deepEqual([...names], [['$on', 'b']]);
});

test('what must never be there is noticed', () => {
  among([], [{ send: '*' }, { snapshot: { ask: false } }], EFFECTS);
  assert.throws(() => among([], [{ send: '*' }, items({ on: true })], EFFECTS), { message: /^effects\[1\] must not be there/ });
});

test('the runner notices vectors that got lost and files that nobody listed', () => {
  const found = new Map([['a.json', { vectors: [1, 2] }], ['new.json', { vectors: [1] }]]);
  assert.deepEqual(differences({ 'a.json': 2, 'new.json': 1 }, found), []);
  assert.deepEqual(differences({ 'a.json': 3, 'b.json': 1 }, found), [
    'a.json: 2 vectors, 3 in the manifest', 'b.json: no vectors, 1 in the manifest', 'new.json: 1 vectors, none in the manifest',
  ]);
});
