// Bad input: the page never throws, stays denied, says why in one line, and loses no saved choice.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clock, full } from './lib/clock.mjs';
import { noIndexedDb } from './lib/faults.mjs';
import { pause } from './lib/page.mjs';
import { plain } from './lib/plain.mjs';
import { startCaptivePortal } from './lib/servers.mjs';
import { consentkit, shopPolicy, tarball } from './lib/site.mjs';
import { story } from './lib/world.mjs';

const SITE = 'haldenmoor.example';
const COOKIE = 'ck_haldenmoor_example';
const NONCE = 'A'.repeat(43);
const KEY = (kind) => `ck:${SITE}:${kind}`;
const BLANK = '/blank';
const DAY = 86_400_000;

// What lies in storage before the visit, and which code says so.
const PLANTED = {
  'a snapshot that is no JSON': { [KEY('s')]: '{"format":1,' },
  'a snapshot without its fields': { [KEY('s')]: '{"format":1}' },
  'a snapshot of wrong types': { [KEY('s')]: JSON.stringify({ format: 1, key: 7, policy: '1', madeAt: 'now', validUntil: 9e15, granted: 'analytics', services: { countwise: true }, ask: 'no' }) },
  'a snapshot with the keys of a prototype': { [KEY('s')]: '{"__proto__":{"granted":["analytics"],"services":["countwise"]},"format":1}' },
  'a snapshot of null': { [KEY('s')]: 'null' },
  'a record that is no record': { [KEY(`r:${NONCE}`)]: '-AAAA' },
  'a record of garbage': { [KEY(`r:${NONCE}`)]: '\u0000💥' },
  'an intent of garbage': { [KEY(`w:i:${NONCE}`)]: 'garbage' },
  'an intent of another shape': { [KEY(`w:i:${NONCE}`)]: '{"nonce":[],"kind":9,"answers":{"analytics":true}}' },
};

for (const [name, values] of Object.entries(PLANTED)) {
  story(`corrupted state: ${name}`, {}, async (world) => {
    const { page } = world;
    await page.open(BLANK);
    await page.plant(values);
    await deniedAndAsked(world);
    await oneLine(page);
    await page.answer('refuse');
    await world.backend.settle(1);
  });
}

story('corrupted state: a cookie of garbage', {}, async (world) => {
  const { page } = world;
  await page.open(BLANK);
  await page.run('document.cookie = arguments[0]', `${COOKIE}=%%%garbage.1.2; path=/`);
  await deniedAndAsked(world);
  await page.answer('refuse');
  await world.backend.settle(1);
});

story('a record of another site grants nothing here', {}, async (world) => {
  const { page, backend, deploy, third } = world;
  await deploy((policy) => (policy.site = 'another.example'));
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  const foreign = Object.fromEntries(Object.entries(await page.storage())
    .filter(([key]) => key.startsWith('ck:another.example:'))
    .map(([key, value]) => [key.replace('another.example', SITE), value]));
  assert.ok(Object.keys(foreign).some((key) => key.includes(':r:')), 'there is a record to carry over');

  await deploy();
  await page.open(BLANK);
  await page.plant(foreign);
  third.forget();
  await deniedAndAsked(world);
  await oneLine(page, /FOREIGN_SITE/);
});

story('a snapshot of another region is not applied', { region: 'US-CA' }, async (world) => {
  const { page, site, third } = world;
  await page.open();
  await page.until(async () => (await page.asks()) || (await page.granted('analytics')), 'the page has decided');
  if (await page.asks()) await page.answer('accept');
  else await page.save({ analytics: true, marketing: true });
  await onlySnapshot(page);
  site.set.region = 'DE';
  third.forget();
  await deniedAndAsked(world);
});

for (const [name, change] of Object.entries({
  'made in three days': `s.madeAt = Date.now() + ${3 * DAY}; s.validUntil = s.madeAt + ${90 * DAY};`,
  'that has expired': `s.madeAt -= ${900 * DAY}; s.validUntil = Date.now() - 1;`,
  'with another key': "s.key = 'x' + s.key;",
})) {
  story(`a snapshot ${name} is not applied`, {}, async (world) => {
    const { page, third } = world;
    await page.open();
    await page.banner();
    await page.answer('accept');
    await onlySnapshot(page, change);
    third.forget();
    await deniedAndAsked(world);
  });
}

story('a choice under a newer policy: an old page permits nothing and asks nothing', {}, async (world) => {
  const { page, third, backend, deploy, files } = world;
  const putBack = files.keep();
  await deploy((policy) => {
    policy.version = 2;
    policy.purposes.find(({ id }) => id === 'analytics').method = 'statistics by another method';
  });
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  // A cache at the edge still has the first deployment.
  putBack();
  third.forget();
  await page.open();
  assert.ok(await page.quiet(2_500), 'it asks nothing');
  assert.deepEqual(third.fired(), [], 'it permits nothing');
});

story('full localStorage and no IndexedDB: a yes opens nothing, but it is sent', { before: full + noIndexedDb }, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [record] = await backend.settle(1);
  assert.equal(record.answers.analytics, 'given');
  assert.deepEqual(third.fired(), [], 'what is not saved opens nothing');
  await oneLine(page, /NOT_SAVED/);
});

story('full localStorage and no IndexedDB: a no holds for the page and is sent', { before: full + noIndexedDb }, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('refuse');
  const [record] = await backend.settle(1);
  assert.equal(record.answers.analytics, 'refused');
  assert.ok(await page.quiet(), 'the refusal holds for this page');
  assert.deepEqual(third.fired(), []);
});

story('forbidden storage: nothing throws, nothing opens, the answer is sent', { browser: { cookies: false } }, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [record] = await backend.settle(1);
  assert.equal(record.answers.analytics, 'given');
  assert.deepEqual(third.fired(), []);
  await oneLine(page, /NOT_SAVED/);
});

story('a clock in 1970: denied until asked, and the answer holds', { before: clock('60000 + Math.floor(performance.now())') }, async (world) => {
  const { page, third, backend } = world;
  await deniedAndAsked(world);
  await page.answer('accept');
  await page.until(() => third.fired().includes('analytics POST /hit'), 'the yes counts');
  const [record] = await backend.settle(1);
  assert.ok(record.at < DAY, 'the record says what the clock said');
  assert.ok((await page.coded()).length <= 1, 'at most one line');
});

story('a clock that goes backwards loses no choice', {}, async ({ page, third, backend, site }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  site.set.before = clock(`real() - ${3 * DAY}`);
  await page.open();
  await pause(2_000);
  assert.ok((await page.coded()).length <= 1, 'at most one line');
  site.set.before = '';
  third.forget();
  await page.open();
  await page.until(() => third.fired().includes('analytics POST /hit'), 'with the true clock the yes is there');
  assert.ok(await page.quiet());
  await backend.settle(1);
});

story('a captive portal answers 200 with HTML: the record waits and is delivered once', { backend: 'down' }, async ({ page, third, backend }, t) => {
  const portal = await startCaptivePortal(backend.port);
  t.after(portal.stop);
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(() => third.fired().includes('analytics POST /hit'), 'the choice holds');
  await page.until(() => portal.log.some(({ method }) => method !== 'OPTIONS'), 'the portal has been asked');
  await oneLine(page, /NOT_ACKNOWLEDGED/);
  const waiting = Object.entries(await page.storage()).filter(([key]) => key.startsWith(KEY('w:r:')));
  assert.equal(waiting.length, 1, 'a bare 200 acknowledges nothing');

  await portal.stop();
  await backend.start();
  await page.reload();
  await backend.settle(1, { within: 60_000 });
  await page.until(async () => !(waiting[0][0] in (await page.storage())), 'it is acknowledged by its id');
});

// The files beside boot can go missing too: ad blockers, half a deployment, a proxy with its own pages.
for (const [name, pattern, asked] of [['the banner', /banner\.js$/, false], ['the client', /client\.js$/, true], ['the engine', /engine[^/]*$/, true]]) {
  story(`${name} cannot be loaded: nothing opens by itself, nothing throws`, {}, async ({ page, third, site }) => {
    site.set.refuse = pattern;
    await page.open();
    if (asked) {
      await page.banner();
      await page.answer('refuse');
    }
    await pause(2_000);
    assert.deepEqual(third.fired(), []);
    assert.deepEqual((await page.seen()).errors, []);
  });
}

// A policy that `build` must not accept: the code, the place, and how it is broken.
const BROKEN = {
  'broken JSON': [/POLICY_INVALID/, /line \d+|\d+:\d+/, (policy) => JSON.stringify(policy, null, 2).slice(0, -20)],
  'an unknown field': [/POLICY_INVALID/, /colour/, changed((policy) => (policy.purposes[1].colour = 'red'))],
  'a duplicate id': [/DUPLICATE_ID/, /purposes\[4\]/, changed((policy) => policy.purposes.push({ ...policy.purposes[2] }))],
  'a purpose without text': [/TEXT_MISSING/, /analytics\.text/, changed((policy) => delete policy.texts.de['analytics.text'])],
  'an id that nothing defines': [/UNKNOWN_ID/, /services\[0\]/, changed((policy) => (policy.services[0].needs = ['statistics']))],
  'a period with hours': [/PERIOD_INVALID|POLICY_INVALID/, /retention|line \d+/, changed((policy) => (policy.purposes[1].data[0].retention = 'PT5H'))],
  'nobody who is responsible': [/VALUE_MISSING/, /controllers/, changed((policy) => (policy.controllers = []))],
};

for (const [name, [code, place, broken]] of Object.entries(BROKEN)) {
  plain(`build refuses ${name}, says where, and writes nothing`, { skip: !tarball && 'set CONSENTKIT_TARBALL' }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'ck-policy-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, 'policy.json'), broken(shopPolicy()));
    const result = await consentkit('build', join(folder, 'policy.json'), '-o', join(folder, 'out'));
    assert.notEqual(result.code, 0);
    assert.match(result.stderr, code);
    assert.match(result.stderr, place);
    assert.doesNotMatch(result.stderr, /\n\s+at /, 'a sentence, not a stack');
    assert.ok(!existsSync(join(folder, 'out/boot.js')), 'nothing is written');
  });
}

function changed(change) {
  return (policy) => {
    change(policy);
    return JSON.stringify(policy, null, 2);
  };
}

/** The next visit finds every gate closed and the question on the page. */
async function deniedAndAsked({ page, third }) {
  await page.open();
  await page.banner();
  await pause(700);
  assert.equal(await page.granted('analytics'), false);
  assert.deepEqual(third.fired(), []);
}

/** Exactly one line of the console says why, with a code. */
async function oneLine(page, pattern = /./) {
  await page.until(async () => (await page.coded()).length > 0, 'a line with a code');
  await pause(700);
  const lines = await page.coded();
  assert.equal(lines.length, 1, JSON.stringify(lines));
  assert.match(lines[0], pattern);
}

/** Leaves nothing but the stored snapshot `s`, changed by a line of code. */
async function onlySnapshot(page, change = '') {
  await page.until(async () => (await page.storage())[KEY('s')], 'a snapshot is stored');
  const text = (await page.storage())[KEY('s')];
  await page.open(BLANK);
  const changed = await page.run(`const s = JSON.parse(arguments[0]); ${change} return JSON.stringify(s);`, text);
  await page.plant({ [KEY('s')]: changed });
  // What the last page still sent on its way out has arrived by now.
  await pause(500);
}
