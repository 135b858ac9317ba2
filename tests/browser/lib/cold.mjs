// What a real Chromium receives from ConsentKit: on a first visit, in the centre, and when it comes back.

import { Page } from './page.mjs';
import { startSite, startThirdParties } from './servers.mjs';
import { createSite, shopPolicy } from './site.mjs';

// Runs in the page. A response that is still under way has no size yet.
const RECEIVED = `
  return performance.getEntriesByType('resource')
    .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, bytes: encodedBodySize }))
    .filter(({ path, bytes }) => path.startsWith('/consent/') && bytes > 0);`;

/**
 * Builds the shop as it stands in the repository (external boot, no backend), serves it in brotli and
 * answers with `{ banner, centre, engine, returning }`, each `{ files: { name: bytes }, total }`:
 * `banner` until the banner is drawn, `centre` and `engine` what comes on top of it.
 */
export async function measureCold(engine) {
  const cleaners = [];
  try {
    const third = await startThirdParties();
    cleaners.push(third.stop);
    const files = createSite();
    cleaners.push(files.done);
    await files.build(shopPolicy());
    const site = await startSite(files.root, { substitutions: third.substitutions, region: 'DE', compress: true });
    cleaners.push(site.stop);
    const driver = await engine.start();
    cleaners.push(driver.done);
    const page = new Page(driver, site);

    const release = site.hold(/\/(?:engine|client|centre)[^/]*$/);
    // A page without a frame: one that waits would load the code of its placeholder.
    await page.open('/tall-vase.html');
    await page.banner();
    const banner = sum(await page.run(RECEIVED));
    release();
    await page.click('ck-banner', 'choose');
    await page.until(() => page.part('ck-centre', 'save'), 'the centre is drawn');
    await page.click('ck-centre', 'save');
    await page.until(async () => Object.keys(await page.storage()).some((key) => /:r:/.test(key)), 'the record is stored');
    const all = sum(await page.run(RECEIVED));
    const isCentre = (name) => name.startsWith('centre');

    site.log.splice(0);
    await page.reload();
    await page.quiet(3_000);
    return {
      banner,
      centre: without(all, (name) => name in banner.files || !isCentre(name)),
      engine: without(all, (name) => name in banner.files || isCentre(name)),
      returning: sum(await page.run(RECEIVED)),
    };
  } finally {
    for (const clean of cleaners.reverse()) await clean();
  }
}

function sum(entries) {
  const files = {};
  for (const { path, bytes } of entries) files[path.slice('/consent/'.length)] = bytes;
  return total(files);
}

function without({ files }, leave) {
  return total(Object.fromEntries(Object.entries(files).filter(([name]) => !leave(name))));
}

function total(files) {
  return { files, total: Object.values(files).reduce((a, b) => a + b, 0) };
}
