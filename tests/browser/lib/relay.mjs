// A server between page and backend: it passes on, holds back, or answers in its own way, and keeps a log.

import { bodyOf, listen } from './listen.mjs';
import { lease } from './ports.mjs';

const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' };

/**
 * Starts it before `backend`. `batches` is every batch that came, with the headers that brought it; `most` how many were
 * under way at once. Unless `answer(response, batch)` is set, a batch is passed on; `hold()` keeps batches back until the
 * returned function is called.
 */
export async function startRelay(backend) {
  const batches = [];
  let under = 0;
  const { port, give } = await lease();
  let open = Promise.resolve();
  const relay = {
    batches,
    most: 0,
    answer: undefined,
    hold() {
      let release;
      open = new Promise((resolve) => (release = resolve));
      return release;
    },
  };
  const server = await listen('relay', async (request, response, url) => {
    if (url.pathname !== '/v1/sync') return response.writeHead(404, CORS).end();
    const text = await bodyOf(request);
    const batch = JSON.parse(text);
    batches.push({ batch, headers: request.headers });
    relay.most = Math.max(relay.most, (under += 1));
    await open;
    under -= 1;
    if (relay.answer) return relay.answer(response, batch);
    const passed = await fetch(backend.origin + url.pathname, { method: 'POST', body: text, headers: { 'content-type': 'text/plain' } }).catch(() => null);
    response.writeHead(passed?.status ?? 502, { ...CORS, 'content-type': 'application/json' }).end(await passed?.text());
  }, port);
  return Object.assign(relay, { origin: server.origin, stop: () => server.stop().then(give) });
}

/** Says with status 200 that everything of a batch is stored. */
export const stored = (batch) => ({ results: [...batch.records, ...batch.intents].map(({ id, nonce }) => ({ id: id ?? nonce, status: 'stored' })) });

/** Answers in JSON. */
export function json(response, body, status = 200, headers = {}) {
  response.writeHead(status, { ...CORS, 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
}

export { CORS };
