// Ports that are the same from story to story and from run to run. The backend's address is in what `consentkit build`
// writes: where it stays the same, what was built once is found again (kept.mjs).

import { createServer } from 'node:http';

// Below the ports that systems give away by themselves, so that nobody else gets one in between.
const FIRST = 24_000;
const LAST = 32_000;
const BLOCK = 10;

const taken = new Set();
let block;

/**
 * A port that nobody has at the moment, the lowest of those that belong to this process, and `give()` to return it.
 *
 * Processes that run side by side share none: each holds the first port of its block for as long as it lives.
 */
export async function lease() {
  const first = await (block ??= claim());
  for (let port = first + 1; port < first + BLOCK; port += 1) {
    if (taken.has(port)) continue;
    taken.add(port);
    // What a run that was killed has left behind may still listen.
    const guard = await hold(port);
    if (!guard) continue;
    await new Promise((resolve) => guard.close(resolve));
    return { port, give: () => taken.delete(port) };
  }
  throw new Error(`more than ${BLOCK - 1} ports at the same time`);
}

async function claim() {
  for (let first = FIRST; first < LAST; first += BLOCK) {
    const guard = await hold(first);
    if (!guard) continue;
    guard.unref();
    return first;
  }
  throw new Error(`no block of ports is free between ${FIRST} and ${LAST}`);
}

/** A server that listens there; nothing when somebody else does. */
function hold(port) {
  const guard = createServer();
  return new Promise((resolve) => guard.once('error', () => resolve(undefined)).listen(port, '127.0.0.1', () => resolve(guard)));
}
