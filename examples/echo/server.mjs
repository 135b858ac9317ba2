// The smallest backend: keeps what comes in a file, and says so by id. See README.md beside it.
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';

const file = await open(process.argv[2] ?? 'records.ndjson', 'a');

createServer(async (request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  if (request.method !== 'POST' || request.url !== '/v1/sync') return response.writeHead(404).end();
  try {
    const body = await request.toArray();
    const { records = [], intents = [] } = JSON.parse(Buffer.concat(body).toString());
    await file.appendFile([...records, ...intents].map((it) => JSON.stringify(it) + '\n').join(''));
    await file.datasync(); // Only what would survive a power cut may be acknowledged.
    const results = [...records.map(({ id }) => id), ...intents.map(({ nonce }) => nonce)].map((id) => ({ id, status: 'stored' }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ results }));
  } catch {
    response.writeHead(400).end();
  }
}).listen(process.argv[3] ?? 8787, '127.0.0.1', function () {
  console.log(`listening on http://127.0.0.1:${this.address().port}`);
});
