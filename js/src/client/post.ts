/**
 * A POST that arrives although the page goes.
 *
 * `fetch` with `keepalive` does that, and it leaves cookies out, which `sendBeacon` cannot. So the beacon is for browsers
 * that do not know `keepalive` (Firefox before 133).
 */

import { isGoing } from './leave.js';

/** Together, the requests that outlive a page may have 64 KiB. A larger one is sent like any other. */
const MOST_KEPT = 60 * 1024;

/** As text/plain, which needs no preflight unless there is a token. Nothing when there is no answer to wait for. */
export async function post(url: string, body: string, signal: AbortSignal, token?: string): Promise<Response | undefined> {
  const lives = 'keepalive' in Request.prototype;
  if (!lives && isGoing()) return void navigator.sendBeacon(url, body);
  const bytes = new Blob([body]).size;
  // What is under way would end with the page.
  const again = () => navigator.sendBeacon(url, body);
  if (!lives) addEventListener('pagehide', again);
  const headers = { 'content-type': 'text/plain', ...(token && { authorization: 'Bearer ' + token }) };
  try {
    return await fetch(url, { method: 'POST', body, headers, keepalive: bytes < MOST_KEPT, credentials: 'omit', signal });
  } finally {
    removeEventListener('pagehide', again);
  }
}
