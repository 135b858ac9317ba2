// Where answers are kept: localStorage, its copy in IndexedDB, one without the other, neither, and each as it breaks.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { full } from './lib/clock.mjs';
import { copyOf, dropCopy, dropLocal, putCopy } from './lib/copy.mjs';
import { fullAfter, INDEXED_DB, noIndexedDb, noLocalStorage, nullLocalStorage, throwing, WAYS } from './lib/faults.mjs';
import { pause } from './lib/page.mjs';
import { story } from './lib/world.mjs';

const KEY = 'ck:haldenmoor.example:';
const BLANK = '/blank';
const RUNS = 'analytics POST /hit';

story('the copy holds what localStorage holds, and no snapshot', {}, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  assert.equal(await copyOf(page), null, 'before an answer there is no database');
  await page.answer('accept');
  const [record] = await backend.settle(1);
  await page.until(async () => `r:${record.id}` in ((await copyOf(page)) ?? {}), 'the acknowledged record is copied');
  const own = Object.entries(await kept(page)).filter(([key]) => key !== 's');
  assert.deepEqual(await copyOf(page), Object.fromEntries(own));
  assert.deepEqual(Object.keys(await copyOf(page)).sort(), [`r:${record.id}`, 'u']);
});

story('localStorage is emptied: the copy brings everything back', {}, async ({ page, backend, third }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [record] = await backend.settle(1);
  const before = await kept(page);
  await copied(page, record.id);
  await page.open(BLANK);
  await dropLocal(page);
  third.forget();
  await page.open();
  await page.until(() => third.fired().includes(RUNS), 'the yes is known again');
  assert.ok(await page.quiet(), 'nobody is asked again');
  assert.deepEqual(without(await kept(page), 's'), without(before, 's'), 'localStorage has it all again');
  await backend.settle(1);
});

story('localStorage and the cookie are gone: the copy takes the question away', {}, async ({ page, backend, third, driver, site }) => {
  await page.open();
  await page.banner();
  await page.answer('refuse');
  const [record] = await backend.settle(1);
  await copied(page, record.id);
  await page.open(BLANK);
  await dropLocal(page);
  await driver.manage().deleteAllCookies();
  site.log.splice(0);
  await page.open();
  await page.until(async () => (await kept(page))[`r:${record.id}`], 'the record is back');
  await page.until(async () => !(await page.asks()), 'the question goes away by itself');
  assert.ok(await page.quiet());
  assert.deepEqual(third.fired(), []);
  await backend.settle(1);
});

story('an opt-out where nothing is asked holds at once, although localStorage was emptied', { region: 'US-CA' }, async ({ page, backend, third, site }) => {
  await page.open();
  await page.until(() => third.fired().includes(RUNS), 'it runs by default');
  await page.save({ analytics: false, marketing: false });
  const [record] = await backend.settle(1);
  // The page has reloaded itself to end Adlumen. As long as nobody needs the client, the copy may not know that it was acknowledged.
  const names = [`r:${record.id}`, `w:r:${record.id}`];
  await page.until(async () => Object.keys((await copyOf(page)) ?? {}).some((key) => names.includes(key)), 'the copy has the record');
  await page.open(BLANK);
  await dropLocal(page);
  third.forget();
  const release = site.hold(/engine/);
  await page.open();
  await pause(1_000);
  assert.deepEqual(third.fired(), [], 'not even before the engine is there: the cookie tells of an answer');
  release();
  await page.until(async () => (await kept(page))[`r:${record.id}`], 'the record is back');
  await pause(700);
  assert.deepEqual(third.fired().filter((hit) => !hit.startsWith('maps')), [], 'nor afterwards; what nobody opted out of runs again');
});

story('what waits to be sent survives an emptied localStorage, and arrives once', { backend: 'down' }, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(async () => Object.keys((await copyOf(page)) ?? {}).some((key) => key.startsWith('w:r:')), 'the copy has what waits');
  await page.open(BLANK);
  await dropLocal(page);
  await backend.start();
  await page.open();
  const [record] = await backend.settle(1, { within: 30_000 });
  assert.equal(record.answers.analytics, 'given');
  await page.until(async () => (await kept(page))[`r:${record.id}`], 'it is acknowledged in localStorage');
  await copied(page, record.id);
  assert.ok(!Object.keys(await copyOf(page)).some((key) => key.startsWith('w:')), 'and waits nowhere any more');
});

story('the copy is lost: the next start of the client makes it anew', {}, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [record] = await backend.settle(1);
  await copied(page, record.id);
  await page.open(BLANK);
  await dropCopy(page);
  await page.open();
  assert.ok(await page.quiet());
  await page.openCentre();
  await copied(page, record.id);
  await backend.settle(1);
});

story('localStorage is emptied under the page: the next answer is of the same person and knows of the first', {}, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('refuse');
  const [first] = await backend.settle(1);
  await dropLocal(page);
  await page.save({ analytics: true });
  const [, second] = await backend.settle(2);
  assert.equal(second.subject, first.subject);
  assert.deepEqual(second.parents, [first.id], 'so that the yes is later than the no');
  assert.equal(await page.granted('analytics'), true);
});

story('a record that is broken in localStorage is mended from the copy, and the other way round', {}, async ({ page, backend, third }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [record] = await backend.settle(1);
  await copied(page, record.id);
  const key = `${KEY}r:${record.id}`;
  const bytes = (await page.storage())[key];
  await page.open(BLANK);
  await page.run('localStorage.clear(); localStorage.setItem(arguments[0], arguments[1])', key, bytes.slice(0, -8));
  third.forget();
  await page.open();
  await page.until(() => third.fired().includes(RUNS), 'the yes is there');
  await page.until(async () => (await page.storage())[key] === bytes, 'the bytes are mended');
  assert.deepEqual(await page.coded(), []);

  await page.open(BLANK);
  await putCopy(page, `r:${record.id}`, 'AAAA');
  await page.open();
  await page.openCentre();
  await page.until(async () => (await copyOf(page))[`r:${record.id}`] === bytes, 'so is the copy');
});

story('what the copy still has of an acknowledged record or a used intent does not come back', {}, async ({ page, backend }) => {
  await page.open();
  const release = await answeredWithoutEngine(page);
  const intent = Object.entries(await kept(page)).find(([key]) => key.startsWith('w:i:'));
  await release();
  const [record] = await backend.settle(1);
  await copied(page, record.id);
  // As if the page had died between the two storages.
  await page.open(BLANK);
  await putCopy(page, ...intent);
  await putCopy(page, `w:r:${record.id}`, (await kept(page))[`r:${record.id}`]);
  await page.open();
  await page.openCentre();
  await page.until(async () => !Object.keys(await copyOf(page)).some((key) => key.startsWith('w:')), 'the copy is cleaned');
  assert.ok(!Object.keys(await kept(page)).some((key) => key.startsWith('w:')), 'nothing waits again');
  await backend.settle(1);
});

story('the copy of a later version is left alone, and localStorage is enough', {}, async ({ page, backend, driver }) => {
  await page.open(BLANK);
  await driver.executeAsyncScript(`
    const done = arguments[0];
    const opening = indexedDB.open('ck:haldenmoor.example', 7);
    opening.onupgradeneeded = () => opening.result.createObjectStore('later').put('mine', 'key');
    opening.onsuccess = () => { opening.result.close(); done(); };`);
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  const { places, logged } = await page.run('return window.ConsentKit.diagnostics()');
  assert.deepEqual([places, logged], [['localStorage'], ['MIRROR_UNAVAILABLE']]);
  assert.deepEqual(await page.coded(), [], 'nothing is lost, so nothing is said');
  await page.reload();
  assert.ok(await page.quiet());
  const all = await driver.executeAsyncScript('indexedDB.databases().then(arguments[0])');
  assert.deepEqual(all.filter(({ name }) => name.startsWith('ck:')), [{ name: 'ck:haldenmoor.example', version: 7 }]);
});

for (const [name, before] of Object.entries({ 'full': full, 'forbidden': noLocalStorage, 'null': nullLocalStorage })) {
  story(`localStorage is ${name}: IndexedDB keeps the yes, on this page and the next`, { before }, async ({ page, backend, third }) => {
    await page.open();
    await page.banner();
    await page.answer('accept');
    await page.until(() => third.fired().includes(RUNS), 'it counts as soon as it is kept');
    const [record] = await backend.settle(1);
    await copied(page, record.id);
    assert.deepEqual(await page.coded(), []);
    assert.deepEqual((await page.run('return window.ConsentKit.diagnostics()')).places, ['IndexedDB']);
    third.forget();
    await page.open();
    await page.until(() => third.fired().includes(RUNS), 'the next page knows it');
    assert.ok(await page.quiet());

    await page.save({ analytics: false });
    const [, second] = await backend.settle(2);
    assert.equal(second.answers.analytics, 'withdrawn');
    assert.equal(second.subject, record.subject, 'the same person');
    assert.deepEqual(second.parents, [record.id], 'who knew of the yes');
    third.forget();
    await page.open();
    assert.ok(await page.quiet());
    assert.equal(await page.granted('analytics'), false);
    assert.deepEqual(third.fired().filter((hit) => hit.startsWith('analytics')), []);
  });

  story(`localStorage is ${name}: a yes that IndexedDB has not finished keeping opens nothing`, { before: before + SLOW_COMMIT() }, async ({ page, backend, third }) => {
    await page.open();
    await page.banner();
    await page.answer('accept');
    await backend.settle(1);
    await pause(700);
    assert.deepEqual(third.fired(), [], 'it is sent at once, and waits');
    await page.run('window.finish()');
    await page.until(() => third.fired().includes(RUNS), 'once it is on the disk, it counts');
  });
}

story('both are forbidden: a yes opens nothing, is sent once, and one line says so', { before: noLocalStorage + noIndexedDb }, async ({ page, backend, third }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [record] = await backend.settle(1);
  assert.equal(record.answers.analytics, 'given');
  assert.deepEqual(third.fired(), []);
  await saidOnce(page, /NOT_SAVED/);
  const { places, logged } = await page.run('return window.ConsentKit.diagnostics()');
  assert.deepEqual(places, []);
  assert.deepEqual(logged.sort(), ['MIRROR_UNAVAILABLE', 'NOT_SAVED']);
});

story('both are forbidden: the no of a person whose yes opened nothing names it', { before: noLocalStorage + noIndexedDb }, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [yes] = await backend.settle(1);
  await page.save({ analytics: false, marketing: false, functionality: false });
  const [, no] = await backend.settle(2);
  assert.deepEqual([no.subject, no.parents], [yes.subject, [yes.id]]);
});

for (const [name, before] of Object.entries(INDEXED_DB)) {
  story(`IndexedDB ${name}: localStorage is enough`, { before }, async ({ page, backend, third }) => {
    await page.open();
    await page.banner();
    await page.answer('accept');
    await page.until(() => third.fired().includes(RUNS), 'the choice holds');
    await backend.settle(1);
    assert.deepEqual(await page.coded(), []);
    third.forget();
    await page.reload();
    await page.until(() => third.fired().includes(RUNS), 'on the next page too');
    assert.ok(await page.quiet());
    await page.save({ analytics: false });
    await backend.settle(2);
  });
}

for (const way of WAYS) {
  story(`localStorage throws at ${way}: nothing is lost, nothing throws`, { before: throwing(way) }, async ({ page, backend, third }) => {
    await page.open();
    await page.banner();
    await page.answer('accept');
    await page.until(() => third.fired().includes(RUNS), 'what is kept in either counts');
    await backend.settle(1);
    await page.open();
    assert.ok(await page.quiet());
    await page.save({ analytics: false });
    const [, no] = await backend.settle(2);
    assert.equal(no.answers.analytics, 'withdrawn');
    third.forget();
    await page.open();
    assert.ok(await page.quiet());
    assert.deepEqual(third.fired().filter((hit) => hit.startsWith('analytics')), []);
  });
}

for (const [where, before] of Object.entries({ 'and IndexedDB takes the rest': '', 'and there is no IndexedDB': noIndexedDb })) {
  story(`localStorage is full after so many writes, ${where}: every record arrives once`, {}, async ({ page, backend, third, site }) => {
    // What one answer writes: the id, the intent, the snapshot twice, the record twice; and one more.
    for (let writes = 0; writes <= 7; writes += 1) {
      site.set.before = '';
      await page.open(BLANK);
      await page.plant({});
      third.forget();
      site.set.before = fullAfter(writes) + before;
      await page.open();
      await page.banner();
      await page.answer('accept');
      // A surplus would be seen below.
      const records = await backend.settle(writes + 1, { linger: 0 });
      assert.equal(new Set(records.map(({ subject }) => subject)).size, writes + 1, 'everybody once');
      site.set.before = before;
      await page.open();
      await page.until(async () => (await page.asks()) || (await page.granted('analytics')), 'the next page has decided');
      const asks = await page.asks();
      if (!before) assert.ok(!asks, `after ${writes} writes the answer is kept`);
      if (asks) assert.equal(await page.granted('analytics'), false, 'whom it asks, it grants nothing');
      await backend.settle(writes + 1, { linger: 700 });
    }
  });
}

story('a record of a later form is said, kept in both, and grants nothing', {}, async ({ page, backend, third }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [record] = await backend.settle(1);
  const bytes = Buffer.from((await kept(page))[`r:${record.id}`], 'base64url');
  assert.equal(bytes[1], 1, 'the form is the first field');
  bytes[1] = 2;
  const [id, later] = [createHash('sha256').update(bytes).digest('base64url'), bytes.toString('base64url')];
  await page.open(BLANK);
  await page.plant({ [`${KEY}r:${id}`]: later });
  third.forget();
  await page.open();
  await page.banner();
  await saidOnce(page, /RECORD_UNREADABLE/);
  assert.deepEqual(third.fired(), []);
  await page.answer('refuse');
  await backend.settle(2);
  assert.equal((await kept(page))[`r:${id}`], later);
  assert.equal((await copyOf(page))[`r:${id}`], later);
});

/** Transactions that write end on the disk, and tell of it only after \`finish()\`. */
function SLOW_COMMIT() {
  return `{
    const waiting = [];
    window.finish = () => waiting.splice(0).forEach((tell) => tell());
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (names, mode, ...rest) {
      const begun = begin.call(this, names, mode, ...rest);
      if (mode === 'readwrite') Object.defineProperty(begun, 'oncomplete', { set: (call) => begun.addEventListener('complete', (event) => waiting.push(() => call(event))) });
      return begun;
    };
  }`;
}

/** Answers while the engine is kept back; the returned function lets it come. */
async function answeredWithoutEngine(page) {
  const release = page.site.hold(/\/engine[^/]*$/);
  await page.banner();
  await page.answer('accept');
  await page.until(async () => Object.keys(await kept(page)).some((key) => key.startsWith('w:i:')), 'the intent is kept');
  return release;
}

/** Exactly one line of the console says why, with a code. */
async function saidOnce(page, code) {
  await page.until(async () => (await page.coded()).length > 0, 'a line with a code');
  const lines = await page.coded();
  assert.equal(lines.length, 1, JSON.stringify(lines));
  assert.match(lines[0], code);
}

/** Waits until the copy has a record as acknowledged. */
const copied = (page, id) => page.until(async () => ((await copyOf(page)) ?? {})[`r:${id}`], 'the copy has the record');

/** What lies in localStorage after the prefix. */
async function kept(page) {
  const own = Object.entries(await page.storage()).filter(([key]) => key.startsWith(KEY));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(KEY.length), value]));
}

const without = (object, key) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
