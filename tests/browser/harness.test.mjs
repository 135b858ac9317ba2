// Does the harness see what it must see? These tests need neither the package nor the backend.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { borrow, clean } from './lib/borrow.mjs';
import { engines } from './lib/browsers.mjs';
import { clock, full } from './lib/clock.mjs';
import { kept } from './lib/kept.mjs';
import { Page, pause } from './lib/page.mjs';
import { repository } from './lib/paths.mjs';
import { plain } from './lib/plain.mjs';
import { lease } from './lib/ports.mjs';
import { read } from './lib/report.mjs';
import { listen, startCaptivePortal, startSite, startThirdParties } from './lib/servers.mjs';

const SHOP = join(repository, 'examples/shop/public');
const UNGATED = (html) => html.replace('type="text/plain" data-category="analytics" data-service="countwise" data-src', 'src');

/** A browser on the bare shop: without ConsentKit nothing gated can start. */
function bare(name, { browser = {}, ...set }, run) {
  for (const engine of engines) {
    test(`${name} [${engine.name}]`, { timeout: 240_000 }, async (t) => {
      const third = await startThirdParties();
      t.after(third.stop);
      const site = await startSite(SHOP, { substitutions: third.substitutions, ...set });
      t.after(site.stop);
      const driver = await borrow(engine, browser);
      t.after(() => driver.done());
      await run({ engine, third, site, driver, page: new Page(driver, site) }, t);
    });
  }
}

bare('a gated page fires nothing', {}, async ({ page, third }) => {
  await page.open();
  await pause(500);
  assert.deepEqual(third.fired(), []);
});

bare('a planted fault, an ungated script, is noticed', { edit: UNGATED }, async ({ page, third, driver }) => {
  await page.open();
  await page.until(() => third.fired().includes('analytics POST /hit'), 'the hit arrives');
  assert.ok(third.fired().includes('analytics GET /countwise.js'));
  await page.until(async () => (await page.cookies()).includes('_cw'), 'its cookie');
  await page.until(async () => (await driver.manage().getCookies()).some(({ name, httpOnly }) => name === '_cw_sid' && httpOnly), 'the HttpOnly cookie');

  await page.plant({});
  await page.until(async () => (await page.cookies()).includes('_cw'), 'living code writes its cookie again');
  assert.ok('cw.visitor' in (await page.storage()));
});

bare('an ungated iframe is noticed', { edit: (html) => html.replace(/(<iframe[^>]*) data-src=/, '$1 src=') }, async ({ page, third }) => {
  await page.open();
  await page.until(() => third.fired().includes('maps GET /map.html'), 'the map is asked for');
});

bare('with JavaScript off only the fault fires', { browser: { javascript: false }, edit: UNGATED }, async ({ page, third, site }) => {
  await page.open();
  await pause(500);
  assert.deepEqual(third.fired(), []);
  assert.equal(site.requests(/boot\.js/).length, 0, 'the boot script is not even asked for');
});

bare('the hook collects lines, errors and violations', {
  csp: "default-src 'self'; script-src 'self'; connect-src 'self'",
  before: "console.warn('SOME_CODE: a line'); setTimeout(() => { throw new Error('thrown'); }); Promise.reject(new Error('rejected'));",
  edit: (html) => html.replace('</body>', '<script>window.inline = true</script></body>'),
}, async ({ page, site }) => {
  await page.open();
  const seen = await page.until(async () => {
    const seen = await page.seen();
    return seen.errors.length > 1 && seen.violations.length > 0 && seen;
  }, 'everything is collected');
  assert.match(seen.errors.join('\n'), /thrown[\s\S]*rejected|rejected[\s\S]*thrown/);
  assert.deepEqual(await page.coded(), ['SOME_CODE: a line']);
  assert.equal(await page.run('return window.inline ?? null'), null, 'the policy works');
  await page.open('/privacy.html');
  await page.until(() => site.seen.length > 0, 'the memory of a page outlives it');
});

bare('forbidden storage throws, as it does for real people', { browser: { cookies: false } }, async ({ page, engine }) => {
  await page.open();
  const error = await page.run('try { localStorage.getItem("x"); return "none" } catch (error) { return error.name }');
  // In WebKitGTK, as in apps that show pages, localStorage is null then: the call fails, the mention does not.
  assert.equal(error, engine.name === 'webkit' ? 'TypeError' : 'SecurityError');
});

bare('full storage refuses the next character', { before: full }, async ({ page }) => {
  await page.open();
  const error = await page.run('try { localStorage.setItem("ck", "x"); return "none" } catch (error) { return error.name }');
  assert.match(error, /Quota/);
});

bare('the clock can be wrong', { before: clock('real() - real() + 300000') }, async ({ page }) => {
  await page.open();
  assert.deepEqual(await page.run('const { Date } = window; return [Date.now(), new Date().getFullYear(), new Date(2020, 1).getFullYear()]'), [300000, 1970, 2020]);
});

bare('a held file waits, a killed tab leaves its storage', {}, async ({ page, site }) => {
  const release = site.hold(/countwise-late/);
  await page.open();
  await page.run('localStorage.setItem("left", "behind"); window.late = 0; fetch("/countwise-late").then(() => (window.late = 1))');
  await pause(300);
  assert.equal(await page.run('return window.late'), 0);
  await page.killTab();
  release();
  await page.open();
  assert.equal((await page.storage()).left, 'behind');
});

for (const engine of engines) {
  test(`a browser that is used again knows nothing of its last story [${engine.name}]`, { timeout: 240_000 }, async (t) => {
    const third = await startThirdParties();
    t.after(third.stop);
    const settings = { substitutions: third.substitutions, edit: UNGATED };
    const first = await startSite(SHOP, settings);
    t.after(first.stop);
    const driver = await borrow(engine);
    const page = new Page(driver, first);
    await page.open();
    await page.until(async () => (await driver.manage().getCookies()).length > 1, 'both cookies of the script');
    await driver.executeAsyncScript("const done = arguments[0]; const opening = indexedDB.open('left'); opening.onsuccess = () => { opening.result.close(); done(); };");
    await driver.switchTo().newWindow('tab');
    await page.open('/privacy.html');
    assert.ok('cw.visitor' in (await page.storage()));
    await assert.rejects(clean(driver), /_cw/, 'a planted fault, cookies that are left, is noticed');
    await driver.done();

    const site = await startSite(SHOP, { ...settings, edit: undefined });
    t.after(site.stop);
    const next = await borrow(engine);
    t.after(() => next.done());
    assert.equal(next, driver, 'it is the same browser');
    await new Page(next, site).open();
    assert.equal(site.log[0].cookie, '', 'not even the server sees a cookie');
    const found = await next.executeAsyncScript("const done = arguments[0]; indexedDB.databases().then((all) => done([document.cookie, localStorage.length, all.length]))");
    assert.deepEqual(found, ['', 0, 0]);
    assert.equal((await next.getAllWindowHandles()).length, 1);
  });
}

plain('what was built is built again when anything that it depends on has changed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ck-kept-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const out = join(folder, 'out');
  let made = 0;
  const build = (input, before) => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    if (before) writeFileSync(join(out, 'before'), before);
    return kept([folder, input], [out], () => {
      made += 1;
      writeFileSync(join(out, 'file'), `${input}, ${made}`);
      return `said ${made}`;
    });
  };
  const results = [];
  for (const [input, before] of [['one', ''], ['one', ''], ['two', ''], ['one', 'lock'], ['one', 'other'], ['one', '']]) {
    results.push([await build(input, before), readFileSync(join(out, 'file'), 'utf8')]);
  }
  assert.deepEqual(results, [
    ['said 1', 'one, 1'], ['said 1', 'one, 1'], ['said 2', 'two, 2'], ['said 3', 'one, 3'], ['said 4', 'one, 4'], ['said 1', 'one, 1'],
  ]);
});

plain('what two build at the same time is the same for both', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ck-kept-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  let both;
  const begun = new Promise((resolve) => (both = resolve));
  let made = 0;
  const build = async (name) => {
    const out = join(folder, name);
    mkdirSync(out);
    const said = await kept([folder], [out], async () => {
      const mine = (made += 1);
      if (made === 2) both();
      await begun;
      writeFileSync(join(out, 'file'), String(mine));
      return `said ${mine}`;
    });
    return [said, readFileSync(join(out, 'file'), 'utf8')];
  };
  const [one, two] = await Promise.all([build('one'), build('two')]);
  assert.equal(made, 2);
  assert.deepEqual(one, two);
});

plain('a port on which somebody listens is not leased', async (t) => {
  const one = await lease();
  one.give();
  const { stop } = await listen('left behind', (_, response) => response.end(), one.port);
  t.after(stop);
  const two = await lease();
  t.after(two.give);
  assert.notEqual(two.port, one.port);
});

plain('two leases are two ports, and one that is given back is the next', async () => {
  const [one, two] = [await lease(), await lease()];
  assert.notEqual(one.port, two.port);
  one.give();
  const again = await lease();
  assert.equal(again.port, one.port);
  two.give();
  again.give();
});

plain('a test process that fails is counted, however it fails', () => {
  const summary = (pass, fail, cancelled = 0) => `✔ a\nℹ tests ${pass + fail}\nℹ pass ${pass}\nℹ fail ${fail}\nℹ cancelled ${cancelled}\nℹ skipped 1\n`;
  const counts = (output, code) => Object.values(read(output, code)).slice(0, 3);
  assert.deepEqual(counts(summary(3, 0), 0), [3, 1, 0]);
  assert.deepEqual(counts(summary(2, 1), 1), [2, 1, 1]);
  assert.deepEqual(counts(summary(2, 0, 1), 1), [2, 1, 1]);
  assert.deepEqual(counts(summary(3, 0), 1), [3, 1, 1], 'it ended badly');
  assert.deepEqual(counts('Segmentation fault', 0), [0, 0, 1], 'it said nothing');
  assert.deepEqual(read(`${summary(1, 0)}ℹ second attempt of "x", after: y`, 0).again, ['second attempt of "x", after: y']);
});

plain('a captive portal answers 200 with HTML', async (t) => {
  const portal = await startCaptivePortal();
  t.after(portal.stop);
  const answer = await fetch(`${portal.origin}/v1/records`, { method: 'POST', body: '[]' });
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /sign in/);
  await portal.stop();
  const again = await startCaptivePortal(portal.port);
  assert.equal(again.port, portal.port, 'a stopped server comes back on its port');
  await again.stop();
});
