// Accessibility in real browsers: axe on every surface, and the keyboard alone.

import assert from 'node:assert/strict';
import axe from 'axe-core';
import { story } from './lib/world.mjs';

for (const dark of [false, true]) {
  story(`axe finds nothing in banner, embed and centre (${dark ? 'dark' : 'light'})`, { browser: { dark } }, async ({ page, driver }) => {
    await page.open();
    await page.banner();
    await page.until(() => page.part('ck-embed', 'once'), 'the placeholder of the map');
    assert.deepEqual(await violations(driver), [], 'banner and embed');
    await page.click('ck-banner', 'choose');
    await page.until(() => page.part('ck-centre', 'save'), 'the centre');
    assert.deepEqual(await violations(driver), [], 'centre');
  });
}

story('axe finds nothing in the sheet of an answer that stands alone', { region: 'CN' }, async ({ page, driver }) => {
  await page.open();
  await page.banner();
  await page.click('ck-banner', 'choose');
  await page.click('ck-centre', 'analytics');
  await page.until(() => page.part('ck-centre', 'yes'), 'the sheet');
  assert.deepEqual(await violations(driver), []);
});

story('the keyboard alone can refuse', {}, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  assert.equal(await focused(page), null, 'the banner takes no focus');
  await page.until(async () => {
    await page.press('TAB');
    return (await focused(page)) === 'refuse';
  }, 'Tab reaches the refusal');
  await page.press('ENTER');
  await page.until(async () => !(await page.asks()), 'Enter answers');
  const [record] = await backend.settle(1);
  assert.equal(record.answers.analytics, 'refused');
});

story('Escape closes the centre without an answer and gives the focus back', {}, async ({ page, backend, driver }) => {
  await page.open('/privacy.html');
  await page.banner();
  await page.answer('refuse');
  await backend.settle(1);
  const button = await driver.findElement({ css: 'main [data-consentkit="preferences"]' });
  await page.run('arguments[0].focus()', button);
  await page.press('ENTER');
  await page.until(() => page.part('ck-centre', 'save'), 'the centre');
  await page.press('ESCAPE');
  await page.until(async () => !(await page.part('ck-centre', 'save')), 'Escape closes it');
  assert.ok(await page.run('return document.activeElement === arguments[0]', button), 'the focus is back');
  await backend.settle(1);
});

/** What axe objects to, in short. */
async function violations(driver) {
  await driver.executeScript(`${axe.source}; window.axe = axe;`);
  const found = await driver.executeAsyncScript('const done = arguments[0]; window.axe.run().then(({ violations }) => done(violations), (error) => done([{ id: String(error), nodes: [] }]))');
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat().join(' > ')).join('; ')}`);
}

/** What the focused button of ConsentKit does, or `null`. */
function focused(page) {
  return page.run('return document.activeElement?.shadowRoot?.activeElement?.value ?? null');
}
