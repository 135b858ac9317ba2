// Contact sheets of every part of the interface: each theme, size and direction, to be looked at.
//
//     CONSENTKIT_TARBALL=… node gallery.mjs FOLDER

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engines } from './lib/browsers.mjs';
import { show, SHOWN, SIZES, startStage } from './lib/stage.mjs';

const [folder] = process.argv.slice(2);
const chromium = engines.find(({ name }) => name === 'chromium');
if (!folder || !chromium) throw new Error('usage: node gallery.mjs FOLDER, with Chromium');

const THEMES = ['light', 'dark', 'more', 'forced'];
const COLUMNS = ['desktop', 'tablet', 'phone', 'small'];
const LANGUAGES = ['en', 'ar'];
const SCALE = 0.5;

mkdirSync(folder, { recursive: true });
const stage = await startStage();
const driver = await chromium.start();
try {
  for (const what of process.env.ONLY?.split(' ') ?? SHOWN) {
    const pictures = [];
    for (const theme of THEMES) {
      for (const lang of LANGUAGES) {
        for (const size of COLUMNS) {
          await show(driver, stage, { what, size, lang, theme });
          pictures.push({ theme, lang, size, picture: await driver.takeScreenshot() });
        }
      }
    }
    const file = join(folder, `${what.replace(/,.*/, '')}.png`);
    writeFileSync(file, Buffer.from(await sheet(pictures), 'base64'));
    console.log(file);
  }
} finally {
  await driver.done();
  await stage.done();
}

/** One picture of many: a row for each theme and language, a column for each size. */
async function sheet(pictures) {
  const gap = 12;
  const widths = COLUMNS.map((size) => SIZES[size][0] * SCALE);
  const height = Math.max(...COLUMNS.map((size) => SIZES[size][1])) * SCALE;
  const rows = THEMES.length * LANGUAGES.length;
  const size = { width: Math.ceil(widths.reduce((a, b) => a + b + gap, gap)), height: Math.ceil(rows * (height + gap) + gap) };
  await driver.get('about:blank');
  await driver.sendDevToolsCommand('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false });
  await driver.executeAsyncScript((pictures, widths, gap, done) => {
    document.body.style.cssText = `margin:${gap}px;background:#9aa0a3;display:grid;gap:${gap}px;justify-content:start;align-items:start;grid-template-columns:${widths.map((width) => width + 'px').join(' ')}`;
    Promise.all(pictures.map(({ picture, theme, lang, size }) => {
      const image = new Image();
      image.alt = `${theme} ${lang} ${size}`;
      image.style.width = '100%';
      image.src = 'data:image/png;base64,' + picture;
      document.body.append(image);
      return image.decode();
    })).then(() => requestAnimationFrame(() => done()));
  }, pictures, widths, gap);
  return driver.takeScreenshot();
}
