// One HTTP server on a free port of 127.0.0.1 that keeps a log and can be stopped at once.

import { createServer } from 'node:http';

const given = new Set();

/**
 * Starts a server and answers with its origin, its log and a way to stop it.
 *
 * Every request is logged before it is answered, so a request that the page gives up on still counts.
 * `port` 0 takes a free one that this process has not had before, so that it is a new origin to every browser; a stopped
 * server can be started again on the port it had.
 */
export async function listen(name, answer, port = 0) {
  const log = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    const entry = { name, method: request.method, path: url.pathname, query: url.search, cookie: request.headers.cookie ?? '', at: Date.now() };
    log.push(entry);
    Promise.resolve(answer(request, response, url)).catch((error) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const taken = server.address().port;
  if (port === 0 && given.has(taken)) {
    server.close();
    return listen(name, answer);
  }
  given.add(taken);
  return {
    name,
    port: taken,
    origin: `http://127.0.0.1:${taken}`,
    log,
    /** Requests whose path matches. */
    requests: (pattern) => log.filter((entry) => pattern.test(entry.path)),
    stop: () => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }),
  };
}

/** A port that was free a moment ago, for a program that wants to be told one. */
export async function freePort() {
  const server = await listen('probe', (_, response) => response.end());
  await server.stop();
  return server.port;
}

/** The whole body of a request. */
export async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
