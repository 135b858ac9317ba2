// Prints what a real Chromium receives as one JSON object, for `cargo xtask size`. Needs CONSENTKIT_TARBALL.

import { engines } from './lib/browsers.mjs';
import { measureCold } from './lib/cold.mjs';
import { tarball } from './lib/site.mjs';

const chromium = engines.find(({ name }) => name === 'chromium');
if (!tarball || !chromium) {
  console.error(tarball ? 'Chromium and chromedriver are needed' : 'set CONSENTKIT_TARBALL');
  process.exit(1);
}
console.log(JSON.stringify(await measureCold(chromium), null, 2));
