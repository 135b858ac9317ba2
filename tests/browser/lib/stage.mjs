// Every part of the interface over a small page, as the package ships it: for looking at it, measuring it, and axe.

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './paths.mjs';
import { startSite } from './servers.mjs';
import { installPackage } from './site.mjs';

/** What can be shown; what can stand on one page stands together. */
export const SHOWN = ['bar', 'box', 'dialog', 'again', 'centre', 'ask', 'sensitive', 'optout', 'links,optout-page,embed,corner', 'terms', 'child', 'guardian'];

/** Width and height. The last is 1280 × 800 at 200 %. */
export const SIZES = { desktop: [1280, 800], tablet: [768, 1024], phone: [390, 844], small: [320, 568], zoomed: [640, 400] };

/** Serves the stage with the chunks of the installed package. */
export async function startStage() {
  const root = mkdtempSync(join(tmpdir(), 'ck-stage-'));
  const dist = join(await installPackage(), 'node_modules/consentkit/dist');
  for (const name of ['browser', 'texts']) cpSync(join(dist, name), join(root, name), { recursive: true });
  cpSync(join(repository, 'tests/browser/stage'), join(root, 'stage'), { recursive: true });
  const site = await startSite(root);
  return { site, done: async () => (await site.stop(), rmSync(root, { recursive: true, force: true })) };
}

/**
 * Shows something in a size, a language and a theme: `light`, `dark`, `more` contrast, or the system's own colours, `forced`. Chromium
 * only: others cannot be that small.
 */
export async function show(driver, { site }, { what, size = 'desktop', lang = 'en', theme = 'light' }) {
  const [width, height] = SIZES[size];
  await driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  await driver.sendDevToolsCommand('Emulation.setEmulatedMedia', { features: [
    { name: 'prefers-contrast', value: theme === 'more' ? 'more' : 'no-preference' },
    { name: 'forced-colors', value: theme === 'forced' ? 'active' : 'none' },
  ] });
  await driver.get(`${site.origin}/stage/index.html?lang=${lang}&theme=${theme === 'dark' ? 'dark' : 'light'}&show=${what}`);
  const end = Date.now() + 15_000;
  while (!(await driver.executeScript('return "ready" in document.documentElement.dataset'))) {
    if (Date.now() > end) throw new Error(`${what} is not shown: ${JSON.stringify(await driver.executeScript('return window.__seen'))}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
