// Several tabs of one site: they agree, one of them sends, an older client among them is no trouble, and a page that comes
// back from the back/forward cache catches up.

import assert from 'node:assert/strict';
import { tabs, tabsAgree } from './lib/acts.mjs';
import { noLocalStorage } from './lib/faults.mjs';
import { pause } from './lib/page.mjs';
import { startRelay } from './lib/relay.mjs';
import { story } from './lib/world.mjs';

const KEY = 'ck:haldenmoor.example:';
const COOKIE = 'return /ck_haldenmoor_example=[^;]*/.exec(document.cookie)[0]';
const ENGINE = /\/engine[^/]*$/;
const NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { configurable: true, value: undefined });";
const NO_CHANNEL = "delete window.BroadcastChannel;";
const NO_EVENT = "addEventListener('storage', (event) => event.stopImmediatePropagation(), true);";

// Which answers two tabs give, one after the other, while neither has an engine yet, and what holds in the end.
for (const [first, second, holds] of [['accept', 'refuse', false], ['refuse', 'accept', true]]) {
  story(`two tabs: ${first} in one, then ${second} in the other: the later holds in both`, {}, async ({ page, backend, site, third }) => {
    const release = site.hold(ENGINE);
    const [one, two] = await tabs(page);
    await one();
    await page.answer(first);
    await two();
    await page.click('ck-banner', second);
    release();
    const records = await backend.settle(2);
    const [early, late] = [first, second].map((what) => records.find(({ control }) => control === `banner.${what}`));
    assert.deepEqual(late.parents, [early.id], 'the second click knew of the first');
    assert.equal(late.subject, early.subject);
    for (const tab of [one, two]) {
      await tab();
      await page.until(async () => (await page.granted('analytics')) === holds, 'both tabs agree');
      await page.until(async () => !(await page.asks()), 'and neither asks');
    }
    third.forget();
    await page.reload();
    await page.until(async () => (await page.granted('analytics')) === holds, 'on the next page too');
    await backend.settle(2);
  });
}

for (const [what, before] of Object.entries({ 'the event of localStorage alone': NO_CHANNEL, 'the channel alone': NO_EVENT, 'the channel, where localStorage is forbidden': noLocalStorage })) {
  story(`tabs agree by ${what}`, { before }, tabsAgree);
}

for (const [what, before, expected] of [['one at a time', '', 1], ['where there are no locks: both, and the record is there once', NO_LOCKS, 2]]) {
  story(`two tabs have the same record to send: ${what}`, { csp: false, before }, async ({ page, backend, deploy }, t) => {
    const relay = await relayed(t, backend, deploy);
    const [one, two] = await tabs(page);
    await two();
    await page.run('return window.ConsentKit.client().then(() => null)');
    await one();
    const release = relay.hold();
    await page.answer('accept');
    await page.until(() => relay.batches.length > 0, 'the first tab sends');
    // Time for the second to hear of the record, and to send it too.
    await two();
    await page.until(async () => !(await page.asks()), 'the second tab knows of it');
    await pause(1_500);
    release();
    const [record] = await backend.settle(1);
    const sent = relay.batches.flatMap(({ batch }) => batch.records).filter(({ id }) => id === record.id);
    assert.equal(sent.length, expected);
    assert.equal(relay.most, expected, 'so many at once');
    await page.until(async () => !Object.keys(await page.storage()).some((key) => key.startsWith(`${KEY}w:`)), 'nothing waits');
    assert.equal((await page.run('return window.ConsentKit.diagnostics()')).waiting, 0);
  });
}

story('a tab that is closed in its turn stops nobody', { csp: false }, async ({ page, backend, deploy }, t) => {
  const relay = await relayed(t, backend, deploy);
  const [one, two] = await tabs(page);
  await one();
  const release = relay.hold();
  await page.answer('accept');
  await page.until(() => relay.batches.length > 0, 'it is under way');
  await page.driver.close();
  await two();
  await page.save({ analytics: false });
  await page.until(() => relay.batches.some(({ batch }) => batch.records.length > 0 && batch !== relay.batches[0].batch), 'the other tab has its turn');
  release();
  await backend.settle(2);
});

story('an older client in another tab: each takes in what the other has written', {}, async ({ page, backend, third, driver }) => {
  // What any client leaves in localStorage is all that an older one knows of.
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [yes] = await backend.settle(1);
  await page.save({ analytics: false });
  const [, no] = await backend.settle(2);
  const written = await page.storage();
  const snapshot = JSON.parse(written[`${KEY}s`]);

  await page.open('/blank');
  await page.plant({ [`${KEY}u`]: written[`${KEY}u`], [`${KEY}r:${yes.id}`]: written[`${KEY}r:${yes.id}`] });
  third.forget();
  await page.open();
  await page.until(() => page.granted('analytics'), 'with the yes alone it is on');
  const here = await driver.getWindowHandle();
  await driver.switchTo().newWindow('tab');
  await page.open('/blank');
  // The older client: the record that waits, its snapshot, then the record as acknowledged. No channel, no copy.
  await page.run(`
    const [key, id, bytes, snapshot] = arguments;
    localStorage.setItem(key + 'w:r:' + id, bytes);
    localStorage.setItem(key + 's', snapshot);
    localStorage.setItem(key + 'r:' + id, bytes);
    localStorage.removeItem(key + 'w:r:' + id);`, KEY, no.id, written[`${KEY}r:${no.id}`], JSON.stringify(snapshot));
  await driver.switchTo().window(here);
  await page.until(async () => (await page.granted('analytics')) === false, 'its no is heard');
  await page.save({ analytics: true });
  const [, , last] = await backend.settle(3);
  assert.deepEqual(last.parents, [no.id]);
  const names = Object.keys(await page.storage()).filter((key) => key.startsWith(KEY)).map((key) => key.slice(KEY.length));
  assert.deepEqual(names.filter((name) => !/^([su]|r:[\w-]{43})$/.test(name)), [], 'nothing that the older one would not know');
});

story('a page without an engine hears of a refusal beside which no snapshot could be written', {}, async ({ page, backend, driver, site }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  await page.until(async () => !Object.keys(await page.storage()).some((key) => key.startsWith(`${KEY}w:`)), 'nothing waits');
  const before = await page.storage();
  const cookie = await page.run(COOKIE);
  await page.save({ analytics: false });
  const [, no] = await backend.settle(2);
  const after = await page.storage();
  await page.open('/blank');
  await page.plant(before);
  await page.run('document.cookie = arguments[0] + "; path=/"', cookie);
  site.log.splice(0);
  await page.open();
  await page.until(() => page.granted('analytics'), 'the snapshot alone says so');
  assert.deepEqual(site.requests(ENGINE), []);
  const older = await driver.getWindowHandle();
  await driver.switchTo().newWindow('tab');
  await page.open('/blank');
  await page.run('localStorage.removeItem(arguments[0] + "s"); localStorage.setItem(arguments[0] + "r:" + arguments[1], arguments[2])', KEY, no.id, after[`${KEY}r:${no.id}`]);
  await driver.switchTo().window(older);
  await page.until(async () => (await page.granted('analytics')) === false, 'its engine was loaded and has read it');
});

story('a tab that knew less writes its snapshot and its cookie last: the other writes its own again', {}, async ({ page, backend, driver, third }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  const { [`${KEY}s`]: snapshot } = await page.storage();
  const cookie = await page.run(COOKIE);
  await page.save({ analytics: false });
  const [, no] = await backend.settle(2);
  await driver.switchTo().newWindow('tab');
  await page.open('/blank');
  await page.run('document.cookie = arguments[2] + "; path=/"; localStorage.setItem(arguments[0] + "s", arguments[1])', KEY, snapshot, cookie);
  await page.until(() => page.run('return localStorage[arguments[0] + "s"].includes(arguments[1])', KEY, no.id), 'it knows of the withdrawal again');
  third.forget();
  await page.open();
  await page.until(() => page.granted('marketing'));
  assert.equal(await page.granted('analytics'), false);
});

story('a page of an older deployment, without an engine: a withdrawal under the newer policy reaches it', {}, async ({ page, backend, driver, deploy }, t) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  await page.open();
  await page.until(() => page.granted('analytics'), 'the snapshot alone says so');
  const older = await driver.getWindowHandle();
  await deploy((policy) => {
    policy.version += 1;
    policy.purposes.find(({ id }) => id === 'analytics').method = 'in another way';
  });
  await driver.switchTo().newWindow('tab');
  await page.open();
  await page.banner();
  await page.answer('refuse');
  await backend.settle(2);
  await driver.switchTo().window(older);
  await page.until(async () => (await page.granted('analytics')) === false, 'its engine was loaded and has heard it');
  // Each has written what holds by its own policy; none answers the other for ever.
  await page.run("window.heard = 0; addEventListener('storage', () => window.heard++)");
  await pause(1_500);
  t.diagnostic(`${await page.run('return window.heard')} events of storage`);
  assert.ok((await page.run('return window.heard')) < 5, 'and then there is silence');
  await backend.settle(2);
});

story('the back/forward cache: a page comes back, and knows what was answered meanwhile', {}, async ({ page, backend, driver, site }, t) => {
  site.set.cache = 'max-age=60';
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  await page.run("window.mark = 'the same page'; addEventListener('pageshow', (event) => (window.came = event.persisted))");
  await page.run("location.href = '/privacy.html'");
  await page.until(() => page.run("return location.pathname === '/privacy.html' && !!window.ConsentKit?.isGranted"), 'the next page');
  await page.save({ analytics: false });
  await backend.settle(2);
  await driver.navigate().back();
  await page.until(() => page.run("return location.pathname === '/'"), 'back');
  const came = await page.run('return window.came ?? null');
  if (!came) {
    const why = await page.run('return JSON.stringify(performance.getEntriesByType("navigation")[0].notRestoredReasons ?? null)');
    t.diagnostic(`not kept by this browser: ${why}`);
    assert.doesNotMatch(why, /lock|indexeddb|broadcast/i, 'whatever the reason is, it is none of ours');
  }
  await page.until(async () => (await page.granted('analytics')) === false, 'the withdrawal is known');
  // Its channel is open again, and its client goes on.
  await page.save({ analytics: true });
  await backend.settle(3);
});

/** A relay before the backend, and the site deployed so that it sends there. */
async function relayed(t, backend, deploy) {
  const relay = await startRelay(backend);
  t.after(relay.stop);
  await deploy((policy) => (policy.settings.endpoint = relay.origin));
  return relay;
}
