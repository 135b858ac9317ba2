// The page that checks receipts, opened from a file as a person keeps it.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { engines } from './lib/browsers.mjs';
import { repository } from './lib/paths.mjs';

const [key, receipt] = readFileSync(join(repository, 'tests/node/receipts/receipts.jsonl'), 'utf8').split('\n', 2).map((line) => JSON.parse(line));

for (const engine of engines) {
  for (const dark of [false, true]) {
    test(`a receipt is checked step by step, from a file and without a network (${dark ? 'dark' : 'light'}) [${engine.name}]`, { timeout: 120_000 }, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'ck-verify-'));
      const driver = await engine.start({ dark });
      t.after(async () => {
        await driver.done();
        rmSync(folder, { recursive: true, force: true });
      });
      copyFileSync(join(repository, 'js/dist/verify.html'), join(folder, 'verify.html'));
      writeFileSync(join(folder, 'receipt.json'), receipt);
      await driver.get(pathToFileURL(join(folder, 'verify.html')).href);
      const element = (id) => driver.findElement({ id });
      assert.deepEqual(await violations(driver), []);

      // Chosen as a file it is checked at once; nobody vouches for the log yet.
      await element('file').sendKeys(join(folder, 'receipt.json'));
      await until(async () => (await steps(driver)).length === 10, 'ten steps');
      assert.deepEqual((await steps(driver)).map(([, state]) => state), [...Array(9).fill('Holds'), 'Not checked']);

      await element('key').sendKeys(key);
      await driver.findElement({ css: 'button[type=submit]' }).click();
      await until(async () => (await element('verdict').getText()) === 'This receipt holds.', 'the receipt holds');
      assert.equal(await driver.executeScript('return document.activeElement.id'), 'verdict', 'who listens hears the sum');
      assert.deepEqual(await violations(driver), []);

      await driver.executeScript('const field = document.getElementById("receipt"); field.value = field.value.replace("dpv:Consent", "dpv:Contract")');
      await driver.findElement({ css: 'button[type=submit]' }).click();
      await until(async () => (await element('verdict').getText()) === 'Do not rely on this receipt.', 'the change is found');
      const failed = (await steps(driver)).filter(([, state]) => state === 'Fails');
      assert.deepEqual(failed.map(([name]) => name), ['The receipt says what the record says']);
      assert.equal(await driver.executeScript('return performance.getEntriesByType("resource").length'), 0, 'nothing was loaded');
    });
  }
}

/** Name and state of every step. */
function steps(driver) {
  return driver.executeScript('return [...document.querySelectorAll("#steps li")].map((row) => [row.querySelector(".name").textContent, row.querySelector(".state").textContent])');
}

async function until(holds, what) {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    if (await holds()) return;
    await new Promise((go) => setTimeout(go, 100));
  }
  assert.fail(what);
}

/** What axe objects to. The page's policy lets nothing else run, so axe comes by the driver. */
async function violations(driver) {
  await driver.executeScript(`${axe.source}; window.axe = axe;`);
  const found = await driver.executeAsyncScript('const done = arguments[0]; window.axe.run().then(({ violations }) => done(violations), (error) => done([{ id: String(error), nodes: [] }]))');
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.flat().join(' > ')).join('; ')}`);
}
