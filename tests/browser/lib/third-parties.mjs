// The fake third parties: three servers on ports of their own that would notice every request.

import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { listen } from './listen.mjs';
import { TYPES, repository } from './paths.mjs';

const FILES = join(repository, 'examples/shop/third-party');

/**
 * Starts Countwise (`analytics`), Adlumen (`ads`) and Cartello (`maps`).
 *
 * `fired()` lists everything that any of them has received, as `analytics GET /countwise.js`.
 */
export async function startThirdParties() {
  const [analytics, ads, maps] = await Promise.all([
    listen('analytics', serve({ '/hit': ['_cw_sid=1; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax'] })),
    listen('ads', serve({ '/beacon': [] })),
    listen('maps', serve({})),
  ]);
  const all = [analytics, ads, maps];
  return {
    analytics,
    ads,
    maps,
    substitutions: { ANALYTICS: analytics.origin, ADS: ads.origin, MAPS: maps.origin },
    fired: () => all.flatMap((server) => server.log.map((entry) => `${server.name} ${entry.method} ${entry.path}`)),
    /** Forgets what was received so far, for the next page load. */
    forget: () => all.forEach((server) => server.log.splice(0)),
    stop: () => Promise.all(all.map((server) => server.stop())),
  };
}

/** Answers beacons with their cookies and everything else from the folder of third-party files. */
function serve(beacons) {
  return async (request, response, url) => {
    const cookies = beacons[url.pathname];
    if (cookies) {
      response.writeHead(204, { 'set-cookie': cookies, 'cache-control': 'no-store' });
      return response.end();
    }
    const file = /^\/[a-z]+\.(?:js|css|html)$/.test(url.pathname) ? await readFile(join(FILES, url.pathname)).catch(() => null) : null;
    response.writeHead(file ? 200 : 404, { 'content-type': TYPES[extname(url.pathname)] ?? 'text/plain', 'cache-control': 'no-store' });
    response.end(file ?? 'not here');
  };
}
