// The cookie `ck_<site>`: how far it reaches, and what it does where all other storage is gone.

import assert from 'node:assert/strict';
import { copyOf, dropCopy, dropLocal } from './lib/copy.mjs';
import { pause } from './lib/page.mjs';
import { story } from './lib/world.mjs';

const COOKIE = 'ck_haldenmoor_example';
const RUNS = 'analytics POST /hit';
const BLANK = '/blank';
const ENGINE = /\/engine[^/]*$/;

// Of `co.uk` everybody has a part, of `shop.co.uk` one shop.
for (const [domain, other] of [['shop.localhost', 'other.localhost'], ['shop.co.uk', 'other.co.uk']]) {
  story(`subdomains of ${domain} share an answer, and nobody else does`, { csp: false }, async (world, t) => {
    const { page, backend, third, driver, site } = world;
    if (!(await at(world, `www.${domain}`))) return t.skip(`this engine does not find ${domain} on this machine`);
    await page.banner();
    await page.answer('accept');
    const [first] = await backend.settle(1);
    const cookies = (await driver.manage().getCookies()).filter(({ name }) => name.startsWith('ck_'));
    assert.deepEqual(cookies.map(({ name, domain }) => [name, domain.replace(/^\./, '')]), [[COOKIE, domain]], 'the widest domain, and no probe is left');

    third.forget();
    await at(world, `blog.${domain}`);
    await page.until(() => third.fired().includes(RUNS), 'the yes is known there');
    assert.ok(await page.quiet(), 'and nobody is asked');
    await backend.settle(1);
    await page.save({ analytics: false });
    const [, second] = await backend.settle(2);
    assert.equal(second.subject, first.subject, 'the same person');

    third.forget();
    await at(world, `www.${domain}`);
    await page.until(() => page.run('return ConsentKit.isGranted("marketing")'), 'this page has answers of its own, and they hold');
    assert.ok(await page.quiet());
    assert.ok(!third.fired().includes(RUNS), 'but what was taken back elsewhere is off here too');
    await page.save({ analytics: true });
    await page.until(() => third.fired().includes(RUNS), 'until it is given again');
    await backend.settle(3);
    third.forget();
    site.log.splice(0);
    await page.open();
    await page.until(() => third.fired().includes(RUNS), 'for good');
    assert.deepEqual(site.requests(ENGINE), [], 'and without the engine');

    third.forget();
    await at(world, `www.${other}`);
    await page.banner();
    assert.deepEqual(third.fired(), [], 'another site knows nothing');
  });
}

story('all storage is gone but the cookie, as when a server has kept it: nobody is asked, and the next page needs no engine', {}, async ({ page, backend, third, site }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const [record] = await backend.settle(1);
  await page.open(BLANK);
  await dropLocal(page);
  await dropCopy(page);
  third.forget();
  await page.open();
  await page.until(() => third.fired().includes(RUNS), 'the yes holds');
  assert.ok(await page.quiet());
  third.forget();
  site.log.splice(0);
  await page.open();
  await page.until(() => third.fired().includes(RUNS), 'and again');
  assert.deepEqual(site.requests(ENGINE), []);
  await page.save({ marketing: false });
  const [, second] = await backend.settle(2);
  assert.equal(second.subject, record.subject);
});

story('the cookie of another site on this domain only makes the question wait for the engine', {}, async ({ page, third }) => {
  await page.open(BLANK);
  await page.run('document.cookie = "ck_another_example=1~A~1~B~gs1wq~; path=/"');
  await page.open();
  await page.banner();
  await pause(500);
  assert.deepEqual(third.fired(), []);
  assert.equal(await copyOf(page), null);
});

/** Goes to the shop under another name; false where the browser does not find it. */
async function at({ page, site }, host) {
  site.origin = `http://${host}:${site.port}`;
  try {
    await page.open();
    return (await page.run('return location.hostname')) === host;
  } catch (error) {
    if (/refused|not.*(found|resolved|connect)|ERR_NAME|neterror|timeout/i.test(error.message)) return false;
    throw error;
  }
}
