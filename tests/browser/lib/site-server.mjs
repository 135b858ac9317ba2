// The server of the shop: static files, with everything that a test wants to put in their way.

import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { bodyOf, listen } from './listen.mjs';
import { TYPES } from './paths.mjs';

const HOOK = await readFile(new URL('./hook.js', import.meta.url), 'utf8');
const PACKED = new Set(['.html', '.js', '.css', '.json', '.svg', '.wasm']);

/**
 * Serves `root`. The returned server carries `set`, which may be changed between two page loads:
 *
 * - `substitutions`: `%NAME%` in HTML is replaced by the value
 * - `region`, `lang`: written to `<html data-region lang>`
 * - `csp`: the Content-Security-Policy of every page
 * - `before`: code that runs in the page before anything else (after the hook)
 * - `edit`: a function over the HTML of every page
 * - `refuse`: paths that are answered 404, as an ad blocker or half a deployment would
 * - `compress`: brotli for clients that ask for it
 * - `cache`: how long browsers may keep what they get; without it not at all
 */
export async function startSite(root, set = {}, port = 0) {
  const held = [];
  const seen = [];
  const server = await listen('site', answer, port);
  return Object.assign(server, { set, seen, hold, delay, holds: () => held.length > 0 });

  /** Keeps requests whose path matches waiting until the returned function is called. */
  function hold(pattern) {
    let open;
    const gate = { pattern, until: new Promise((resolve) => (open = resolve)) };
    held.push(gate);
    return () => {
      held.splice(held.indexOf(gate), 1);
      open();
    };
  }

  /** Answers requests whose path matches so many milliseconds later. */
  function delay(pattern, milliseconds) {
    held.push({ pattern, get until() { return new Promise((resolve) => setTimeout(resolve, milliseconds)); } });
  }

  async function answer(request, response, url) {
    if (url.pathname === '/__seen') {
      seen.push(JSON.parse(await bodyOf(request)));
      return response.writeHead(204).end();
    }
    for (const gate of held.filter(({ pattern }) => pattern.test(url.pathname))) await gate.until;
    if (url.pathname === '/__before.js') return send(`${HOOK}\n${set.before ?? ''}`, '.js');
    const path = url.pathname.endsWith('/') ? `${url.pathname}index.html` : url.pathname;
    const file = set.refuse?.test(path) ? null : await readFile(join(root, normalize(decodeURIComponent(path)))).catch(() => null);
    if (file === null) return response.writeHead(404, { 'content-type': 'text/plain', 'cache-control': 'no-store' }).end('not here');
    const kind = extname(path);
    return send(kind === '.html' ? prepare(file.toString('utf8')) : file, kind);

    function send(body, kind) {
      const headers = { 'content-type': TYPES[kind] ?? 'application/octet-stream', 'cache-control': set.cache ?? 'no-store', 'timing-allow-origin': '*' };
      if (kind === '.html' && set.csp) headers['content-security-policy'] = set.csp;
      if (set.compress && PACKED.has(kind) && /\bbr\b/.test(request.headers['accept-encoding'] ?? '')) {
        body = brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
        headers['content-encoding'] = 'br';
      }
      response.writeHead(200, headers).end(body);
    }
  }

  function prepare(html) {
    for (const [name, value] of Object.entries(set.substitutions ?? {})) html = html.replaceAll(`%${name}%`, value);
    html = html.replace(/<html lang="en">/, `<html lang="${set.lang ?? 'en'}"${set.region === undefined ? '' : ` data-region="${set.region}"`}>`);
    html = html.replace('<meta charset="utf-8">', '$&\n<script src="/__before.js"></script>');
    return set.edit ? set.edit(html) : html;
  }
}

/** What a hotel's Wi-Fi does before one has paid: every request is answered 200 with a page of its own. */
export function startCaptivePortal(port = 0) {
  return listen('portal', async (request, response) => {
    await bodyOf(request);
    response.writeHead(200, {
      'content-type': 'text/html',
      'access-control-allow-origin': request.headers.origin ?? '*',
      'access-control-allow-headers': 'content-type',
      'access-control-allow-methods': 'GET, POST, PUT, OPTIONS',
    });
    response.end('<!doctype html><title>Welcome</title><p>Please sign in to use this network.');
  }, port);
}
