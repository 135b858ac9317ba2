// One browser for many stories. A story gets a tab that was never used, no cookie, and a site on a port that this
// process has not had before (listen.mjs): to a browser, another origin with storage of its own.

import { after } from 'node:test';
import { listen } from './listen.mjs';

const idle = new Map();
let blank;

after(async () => {
  for (const driver of idle.values()) await driver.discard();
  await (await blank)?.stop();
});

/**
 * A browser as `engine.start(options)` gives it. One without options may have been used before, and `done()` gives it
 * back; `discard()` ends it, as is wise after a failure.
 */
export async function borrow(engine, options = {}) {
  if (Object.keys(options).length > 0) {
    const own = await engine.start(options);
    return Object.assign(own, { discard: own.done });
  }
  const used = idle.get(engine.name);
  idle.delete(engine.name);
  const driver = used ?? (await engine.start());
  if (!used) driver.discard = driver.done;
  driver.done = async () => {
    try {
      await forget(driver);
      idle.set(engine.name, driver);
    } catch {
      await driver.discard();
    }
  };
  return driver;
}

/** Ends every tab and removes every cookie; throws when one is left. */
export async function forget(driver) {
  await newTab(driver);
  // Cookies know no ports: those of every site and third party are those of this page.
  await driver.get((await (blank ??= listen('blank', (_, response) => response.end('')))).origin);
  await driver.manage().deleteAllCookies();
  await clean(driver);
  await driver.prepare();
}

/** Throws when the page that is shown has cookies. */
export async function clean(driver) {
  const left = await driver.manage().getCookies();
  if (left.length > 0) throw new Error(`cookies are left: ${left.map(({ name }) => name)}`);
}

async function newTab(driver) {
  const old = await driver.getAllWindowHandles();
  await driver.switchTo().newWindow('tab');
  const fresh = await driver.getWindowHandle();
  for (const handle of old) {
    await driver.switchTo().window(handle);
    await driver.close();
  }
  await driver.switchTo().window(fresh);
}
