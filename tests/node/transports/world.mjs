// What the adapters meet: ConsentKit's side of a page, and a server that writes down what it is sent.

import { bodyOf, listen } from '../../browser/lib/listen.mjs';

export const { CONSENTKIT_TRANSPORTS = '../../../js/dist/transports.js' } = process.env;
export const transports = await import(CONSENTKIT_TRANSPORTS);

export const ITEMS = ['necessary', 'analytics', 'marketing'];

/** `tell` changes what is permitted and says so, as the kernel does. */
export function createSource(granted = ['necessary'], items = ITEMS) {
  const calls = [];
  let told;
  const source = {
    data: { site: 'shop.example', items },
    granted,
    client: async () => ({ view: { items: ITEMS.map((key) => ({ key })) } }),
    on(event, call) {
      calls.push([event, call]);
      if (event === 'consent' && told) call(told);
    },
    tell(event, now, control = 'centre.save') {
      const changed = ITEMS.filter((item) => source.granted?.includes(item) !== now.includes(item));
      source.granted = now;
      told = { granted: now, services: [], changed, control };
      for (const [name, call] of calls) if (name === event) call(told);
    },
  };
  return source;
}

/** A server that keeps every body; `post` is the fake vendor's network. */
export async function createRecorder(t, status = 200) {
  const bodies = [];
  const server = await listen('vendor', async (request, response) => {
    bodies.push({ body: JSON.parse(await bodyOf(request)), headers: request.headers, method: request.method, path: request.url });
    response.writeHead(status).end();
  });
  t.after(server.stop);
  const post = (body) => fetch(server.origin, { method: 'POST', body: JSON.stringify(body) });
  return { ...server, bodies, post, until: (count) => until(() => bodies.length >= count, `${count} requests, not ${bodies.length}`) };
}

export async function until(probe, what) {
  for (let tries = 0; tries < 200; tries += 1) {
    if (probe()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(what);
}

export const ALL = { necessary: null, analytics: 'Analytics', marketing: 'Advertising' };
