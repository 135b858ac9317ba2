// One person, two devices: what is answered on one is known on the other as soon as they sign in, through the real backend.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { binary } from './lib/backend.mjs';
import { Page } from './lib/page.mjs';
import { startSite } from './lib/servers.mjs';
import { story } from './lib/world.mjs';

const ACCOUNT = 'a1';
const RUNS = 'analytics POST /hit';

// The site's own server holds it, and asks the backend for a token of whoever has signed in. Every backend here knows it.
const KEY = binary && /ckk_\S+/.exec(execFileSync(binary, ['new-key', '--id', 'site', '--scopes', 'read'], { encoding: 'utf8' }))[0];
if (KEY) process.env.CONSENTKIT_API_KEY = KEY;

story('who signs in on a second device has their answers there, and a no from anywhere wins', {}, async (world, t) => {
  const { page, backend, third } = world;
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  await signIn(world, page);
  await backend.settle(2);

  const second = await newDevice(world, t);
  await second.open();
  await second.banner();
  third.forget();
  await signIn(world, second);
  await second.until(() => third.fired().includes(RUNS), 'the yes of the first device is known');
  assert.ok(await second.quiet(), 'and nobody is asked again');
  await second.save({ analytics: false });
  await second.until(async () => (await waiting(second)) === 0, 'the no is with the backend');

  third.forget();
  await page.open();
  await signIn(world, page);
  await page.until(async () => (await page.granted('analytics')) === false, 'the no has reached the first device');
  assert.equal(await page.granted('marketing'), true, 'and nothing else is lost');
  third.forget();
  await page.reload();
  await page.until(() => page.granted('marketing'), 'the next page');
  assert.ok(!third.fired().includes(RUNS), 'which begins with the no');
});

story('whoever comes after forget() is somebody else: asked as at first, with nothing of the account left', {}, async (world, t) => {
  const { page, backend } = world;
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [first] = await backend.settle(1);
  await signIn(world, page);
  await backend.settle(2);
  await page.driver.executeAsyncScript('ConsentKit.forget().then(arguments[0])');
  await page.until(async () => (await waiting(page)) === 0, 'the parting is with the backend');
  await page.open();
  await page.banner();
  await page.answer('refuse');
  await page.until(async () => (await waiting(page)) === 0, 'the answer is with the backend');
  const last = (await backend.records()).at(-1);
  assert.notEqual(last.subject, first.subject, 'another person');
  const kept = Object.keys(await page.storage()).filter((key) => key.includes(':a:'));
  assert.deepEqual(kept, [], 'no record of the account stays');
});

story('a token that the backend refuses loses nothing: the answer is sent all the same', {}, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  await page.run('ConsentKit.identify("a1", "forged")');
  await page.answer('refuse');
  await page.until(() => backend.records().then((all) => all.some(({ kind }) => kind === 'choice')), 'the answer has arrived');
  assert.equal(await page.granted('analytics'), false);
});

/** What the site does after its own sign-in: asks its backend for a token, and names the account. */
async function signIn({ backend }, page) {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const response = await fetch(`${backend.origin}/v1/accounts/token`, { method: 'POST', headers, body: JSON.stringify({ account: ACCOUNT }) });
  assert.equal(response.status, 200, await response.clone().text());
  const { token } = await response.json();
  await page.driver.executeAsyncScript('ConsentKit.identify(arguments[0], arguments[1]).then(arguments[2])', ACCOUNT, token);
}

/** Another origin with the same site: to a browser, storage of its own. Its cookies are taken away. */
async function newDevice(world, t) {
  const { driver, files, site, third } = world;
  const other = await startSite(files.root, { ...site.set, substitutions: third.substitutions });
  t.after(other.stop);
  const page = new Page(driver, other);
  await page.open('/blank');
  await driver.manage().deleteAllCookies();
  return page;
}

/** How many records wait; unknown while a page is being loaded, as when a service stops by a reload. */
const waiting = (page) => page.driver.executeAsyncScript('window.ConsentKit?.diagnostics ? ConsentKit.diagnostics().then(({ waiting }) => arguments[0](waiting)) : arguments[0](-1)');
