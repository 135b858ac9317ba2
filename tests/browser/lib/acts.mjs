// Stories that planted.test.mjs tells again with a client that has a fault.

import assert from 'node:assert/strict';
import { pause } from './page.mjs';

const ENGINE = /\/engine[^/]*$/;

/** Accepted, and the tab dies before the engine has arrived; answers with the one record. */
export async function diesAfterClick({ page, third, backend, site }) {
  const release = site.hold(ENGINE);
  await page.open();
  await page.banner();
  const before = Date.now();
  await page.answer('accept');
  const after = Date.now();
  await page.killTab();
  await pause(1_500);
  third.forget();

  await page.open('/tall-vase.html');
  await page.until(() => third.fired().includes('analytics POST /hit'), 'analytics runs without the engine');
  assert.ok(await page.quiet(), 'the click counts as an answer');
  // A dying tab aborts the engine's import, and in Firefox the client still gets to hand the intent itself
  // to the backend. With or without that, there is one record in the end, and it is the same.
  assert.ok((await backend.records()).length <= 1);
  release();
  const [record] = await backend.settle(1, { within: page.patience });
  assert.ok(record.at >= before && record.at <= after, `the record has the time of the click: ${before} ≤ ${record.at} ≤ ${after}`);
  await page.reload();
  await backend.settle(1);
  return record;
}

/** Two tabs hear of each other's answers, and the next answer knows of the one before. */
export async function tabsAgree({ page, backend }) {
  const [one, two] = await tabs(page);
  await one();
  await page.answer('accept');
  await page.until(() => page.granted('analytics'), 'it counts here');
  // A surplus would be seen by the last of these.
  const [first] = await backend.settle(1, { linger: 0 });
  await two();
  // A tab without a client has nothing but the event; with its client it hears the rest.
  await page.open();
  await page.until(() => page.granted('analytics'), 'the second tab knows of it');
  await page.openCentre();
  await page.click('ck-centre', 'close');
  await one();
  await page.save({ analytics: false });
  const [, second] = await backend.settle(2, { linger: 0 });
  assert.deepEqual(second.parents, [first.id]);
  await two();
  await page.until(async () => (await page.granted('analytics')) === false, 'the second tab hears of the withdrawal');
  await page.save({ analytics: true });
  const [, , last] = await backend.settle(3);
  assert.deepEqual([last.subject, last.parents], [first.subject, [second.id]], 'its own answer knows of it');
  await one();
  await page.until(() => page.granted('analytics'), 'and is heard in the first');
}

/** Two tabs that show the first page, each with its question. The functions go to one. */
export async function tabs(page) {
  const { driver } = page;
  await page.open();
  await page.banner();
  const first = await driver.getWindowHandle();
  await driver.switchTo().newWindow('tab');
  const second = await driver.getWindowHandle();
  await page.open();
  await page.banner();
  return [first, second].map((handle) => () => driver.switchTo().window(handle));
}
