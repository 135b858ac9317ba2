// Sending: what arrives when a page goes, what an answer may be, and what `diagnostics()` tells of it.

import assert from 'node:assert/strict';
import { clock } from './lib/clock.mjs';
import { pause } from './lib/page.mjs';
import { CORS, json, startRelay, stored } from './lib/relay.mjs';
import { story } from './lib/world.mjs';

const ENGINE = /\/engine[^/]*$/;
const BLANK = '/blank';
const RUNS = 'analytics POST /hit';
const KEY = 'ck:haldenmoor.example:';
const NO_KEEPALIVE = 'delete Request.prototype.keepalive;';

story('clicked, and away in the same moment: the record arrives once', {}, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  // With the engine there, as for somebody who has looked at the centre first.
  await page.openCentre();
  await page.click('ck-centre', 'close');
  await clickAndLeave(page);
  const [record] = await backend.settle(1);
  assert.equal(record.answers.analytics, 'given');
  await page.open();
  assert.ok(await page.quiet());
  await backend.settle(1);
});

story('clicked, and away before there is an engine: the intent arrives, and the record is the same', { csp: false }, async ({ page, backend, site, deploy }, t) => {
  const relay = await relayed(t, backend, deploy);
  const release = site.hold(ENGINE);
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(() => site.requests(ENGINE).length > 0, 'the client asks for its engine');
  await page.open(BLANK);
  const [record] = await backend.settle(1);
  assert.equal(relay.batches[0].batch.intents.length, 1);
  release();
  await page.open();
  await page.until(async () => (await page.storage())[`${KEY}r:${record.id}`], 'the engine makes the same record');
  await backend.settle(1);
});

for (const [how, before, mode] of [['fetch with keepalive', '', 'cors'], ['a beacon, where keepalive is not known', NO_KEEPALIVE, 'no-cors']]) {
  story(`the page goes while a record waits: ${how} takes it along`, { csp: false, before }, async ({ page, backend, deploy }, t) => {
    const relay = await relayed(t, backend, deploy);
    // "In up to an hour": a moment in which nothing else would send it.
    relay.answer = (response) => json(response, { code: 'NOT_FOUND' }, 404);
    await page.open();
    await page.banner();
    await page.answer('accept');
    await page.until(async () => (await diagnostics(page)).lastTry, 'it was tried');
    const { lastTry, nextTry, waiting } = await diagnostics(page);
    assert.deepEqual(lastTry, { status: 404, code: 'ENDPOINT_WRONG' });
    assert.ok(nextTry > Date.now() && nextTry < Date.now() + 3_600_000 + 5_000, `the next try is told: ${nextTry}`);
    assert.equal(waiting, 1);
    relay.answer = undefined;
    relay.batches.splice(0);
    await page.open(BLANK);
    await backend.settle(1);
    const { headers } = relay.batches[0];
    assert.match(headers['content-type'], /^text\/plain/);
    // Not every engine says how it was sent.
    if (headers['sec-fetch-mode']) assert.equal(headers['sec-fetch-mode'], mode);
    if (!before) assert.equal(headers.cookie, undefined, 'no cookie goes along');
    assert.ok(Object.keys(await page.storage()).some((key) => key.startsWith(`${KEY}w:r:`)), 'nobody has heard an answer, so it still waits');
    await page.open();
    await backend.settle(1);
  });
}

story('a server that has asked for a pause is left alone when the page goes', { csp: false }, async ({ page, backend, deploy }, t) => {
  const relay = await relayed(t, backend, deploy);
  relay.answer = (response) => json(response, { code: 'BUSY' }, 503, { 'retry-after': '3600' });
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(async () => (await diagnostics(page)).lastTry, 'it was tried');
  const { lastTry, nextTry } = await diagnostics(page);
  assert.deepEqual(lastTry, { status: 503, code: '' });
  assert.ok(nextTry > Date.now() + 3_500_000);
  relay.answer = undefined;
  relay.batches.splice(0);
  await page.open(BLANK);
  await pause(1_500);
  assert.deepEqual(relay.batches, []);
  await page.open();
  await page.run('return window.ConsentKit.client().then(() => null)');
  await pause(1_000);
  assert.deepEqual(relay.batches, [], 'nor by the next page');
  assert.equal((await diagnostics(page)).waiting, 1, 'it waits');
});

story('the server is stopped and started again: each of two tabs\' records arrives once', { backend: 'down' }, async ({ page, backend, driver }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const first = await driver.getWindowHandle();
  await driver.switchTo().newWindow('tab');
  await page.open('/privacy.html');
  await page.save({ analytics: false });
  await page.until(async () => (await diagnostics(page)).waiting === 2, 'both wait');
  await backend.start();
  // Whoever looks at a page ends the pause.
  await driver.switchTo().window(first);
  await page.reload();
  await backend.settle(2, { within: 30_000 });
  await backend.stop();
  await page.save({ marketing: false });
  await pause(700);
  await backend.start();
  await page.reload();
  const records = await backend.settle(3, { within: 30_000 });
  assert.equal(new Set(records.map(({ subject }) => subject)).size, 1);
});

// What a server may answer instead of what was agreed. `wrong(batch)` answers once or more; then it is mended.
const ANSWERS = {
  'ten megabytes that name the record': (response, batch) => json(response, JSON.stringify({ ...stored(batch), padding: 'x'.repeat(10 << 20) })),
  'an endless stream': (response, batch, seen) => endless(response, `{"results":${JSON.stringify(stored(batch).results)},"padding":"`, seen),
  'half of an answer': (response, batch) => json(response, JSON.stringify(stored(batch)).slice(0, -3)),
  'text that is no UTF-8': (response, batch) => {
    const [start, end] = JSON.stringify({ ...stored(batch), note: '|' }).split('|');
    response.writeHead(200, CORS).end(Buffer.concat([Buffer.from(start), Buffer.from([0xff, 0xfe]), Buffer.from(end)]));
  },
  'a record that nobody sent': (response) => json(response, { results: [{ id: 'A'.repeat(43), status: 'stored' }] }),
  'statuses that nobody knows': (response, batch) => json(response, { results: stored(batch).results.map(({ id }) => ({ id, status: 'granted' })) }),
  'results that are none': (response) => json(response, { results: [null, 7, 'stored', [], { id: 7, status: 'stored' }, { id: 'x' }], wants: [null, {}, 'zzz'] }),
  'a success for other statuses than success': (response, batch) => json(response, stored(batch), 500),
};

// An engine that cannot, and why.
const SKIPPED = { 'an endless stream': { webkit: 'WebKitGTK goes on loading for seconds, 10 MB of each, after the page has cancelled and aborted' } };

for (const [name, wrong] of Object.entries(ANSWERS)) {
  story(`the server answers ${name}: nothing is acknowledged, nothing is lost`, { csp: false, skip: SKIPPED[name] }, async ({ page, backend, third, deploy }, t) => {
    const relay = await relayed(t, backend, deploy);
    const seen = { bytes: 0 };
    relay.answer = (response, batch) => wrong(response, batch, seen);
    await page.open();
    await page.banner();
    await page.answer('accept');
    await page.until(() => third.fired().includes(RUNS), 'the choice holds');
    await page.until(async () => (await diagnostics(page)).lastTry, 'the answer has been read');
    const { waiting, refused } = await diagnostics(page);
    assert.deepEqual([waiting, refused], [1, 0]);
    if (/endless/.test(name)) {
      await page.until(() => seen.closed, 'the page has hung up');
      // Loaded is what lies in the buffers between the two, which a busy machine fills.
      assert.ok(seen.bytes < 64 << 20, `the page has hung up after ${seen.bytes} bytes`);
    }
    relay.answer = undefined;
    await page.reload();
    await backend.settle(1, { within: 30_000 });
    await page.until(async () => (await diagnostics(page)).waiting === 0, 'it is acknowledged in the end');
  });
}

story('answers out of order, twice, and more than were asked for: each record is acknowledged by its id', { csp: false }, async ({ page, backend, deploy }, t) => {
  const relay = await relayed(t, backend, deploy);
  relay.answer = (response) => json(response, {}, 503);
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.save({ analytics: false });
  await page.until(async () => (await diagnostics(page)).waiting === 2, 'two wait');
  relay.answer = (response, batch) => {
    const { results } = stored(batch);
    const stranger = { id: 'A'.repeat(43), status: 'stored' };
    json(response, { results: [stranger, ...results.toReversed(), ...results], wants: [stranger.id, stranger.id] });
  };
  await page.reload();
  await page.until(async () => (await diagnostics(page)).waiting === 0, 'both are acknowledged', 30_000);
  const records = Object.keys(await page.storage()).filter((key) => key.startsWith(`${KEY}r:`));
  assert.equal(records.length, 2);
  assert.equal((await diagnostics(page)).refused, 0);
});

story('diagnostics tell of the outbox, and nothing of the person', { csp: false }, async ({ page, backend, deploy }, t) => {
  const relay = await relayed(t, backend, deploy);
  await page.open();
  await page.banner();
  assert.deepEqual(await diagnostics(page), { waiting: 0, refused: 0, nextTry: 0, lastTry: null, places: ['localStorage', 'IndexedDB'], logged: [] });
  relay.answer = (response, batch) => json(response, { results: batch.records.map(({ id }) => ({ id, status: 'quarantine' })) });
  await page.answer('accept');
  await page.until(async () => (await diagnostics(page)).refused === 1, 'it is refused for good');
  const told = await diagnostics(page);
  assert.deepEqual(told, { waiting: 1, refused: 1, nextTry: 0, lastTry: { status: 200, code: 'RECORD_REFUSED' }, places: ['localStorage', 'IndexedDB'], logged: ['RECORD_REFUSED'] });
  const [subject, ...ids] = Object.entries(await page.storage()).filter(([key]) => /:(u|w:r:.*)$/.test(key)).flatMap(([key, value]) => (key.endsWith(':u') ? [value] : [key.slice(-43)]));
  for (const secret of [subject, ...ids, 'analytics']) assert.ok(secret && !JSON.stringify(told).includes(secret), secret);

  relay.answer = (response) => json(response, {}, 200);
  await page.save({ analytics: false });
  await page.until(async () => (await diagnostics(page)).lastTry?.code === 'NOT_ACKNOWLEDGED', 'an answer that says nothing');
  const later = await diagnostics(page);
  assert.deepEqual([later.waiting, later.refused], [2, 1]);
  await page.until(async () => (await diagnostics(page)).nextTry > 0, 'it is going to try again');
});

story('a clock in 2100: asked, and the answer holds and arrives', { before: clock('Date.UTC(2100, 0, 1) + Math.floor(performance.now())'.replaceAll('Date.UTC', 'True.UTC')) }, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  assert.deepEqual(third.fired(), []);
  await page.answer('accept');
  await page.until(() => third.fired().includes(RUNS), 'the yes counts');
  const [record] = await backend.settle(1);
  assert.ok(record.at >= Date.UTC(2100, 0, 1), 'the record says what the clock said');
});

const diagnostics = (page) => page.run('return window.ConsentKit.diagnostics()');

/** Clicks "accept all" and leaves the page before it has done anything else. */
async function clickAndLeave(page) {
  await page.run(`
    const banner = [...document.querySelectorAll('ck-banner')].find((it) => it.shadowRoot);
    banner.shadowRoot.querySelector('button[value="accept"], button[part~="accept"]').click();
    location.href = arguments[0];`, BLANK);
}

/** Sends until the page hangs up. */
function endless(response, start, seen) {
  response.writeHead(200, { ...CORS, 'content-type': 'application/json' });
  response.write(start);
  const piece = 'x'.repeat(16 * 1024);
  const more = () => {
    while (!response.destroyed) {
      seen.bytes += piece.length;
      if (!response.write(piece)) break;
    }
  };
  response.on('drain', more);
  response.on('close', () => (seen.closed = true));
  more();
}

/** A relay before the backend, and the site deployed so that it sends there. */
async function relayed(t, backend, deploy) {
  const relay = await startRelay(backend);
  t.after(relay.stop);
  await deploy((policy) => (policy.settings.endpoint = relay.origin));
  return relay;
}
