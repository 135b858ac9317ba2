// Tests that need no browser, or always the same. Where run.mjs runs a file once for each engine, they run with the first.

import { test } from 'node:test';

/** As `test` of node. */
export function plain(...definition) {
  if (!process.env.BESIDE) test(...definition);
}
