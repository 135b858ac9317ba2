// A returning visitor loads boot and nothing else; a first visitor does not load the centre or the engine.

import assert from 'node:assert/strict';
import { engines } from './lib/browsers.mjs';
import { measureCold } from './lib/cold.mjs';
import { plain } from './lib/plain.mjs';
import { tarball } from './lib/site.mjs';

const chromium = engines.find(({ name }) => name === 'chromium');
const skip = (!tarball && 'set CONSENTKIT_TARBALL') || (!chromium && 'Chromium is missing');

plain('bytes that Chromium received (brotli, external boot)', { skip, timeout: 120_000 }, async (t) => {
  const sizes = await measureCold(chromium);
  t.diagnostic(JSON.stringify(sizes));
  assert.deepEqual(Object.keys(sizes.returning.files), ['boot.js']);
  assert.deepEqual(Object.keys(sizes.banner.files).sort(), ['boot.js', 'first.en.js']);
});
