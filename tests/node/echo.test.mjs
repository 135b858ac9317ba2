// The smallest backend of the examples keeps what it acknowledges, and acknowledges nothing else.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { repository } from './runner.mjs';

const PROGRAM = join(repository, 'examples/echo/server.mjs');

async function serve(t) {
  const folder = mkdtempSync(join(tmpdir(), 'ck-echo-'));
  const file = join(folder, 'records.ndjson');
  const child = spawn(process.execPath, [PROGRAM, file, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => (child.kill('SIGKILL'), rmSync(folder, { recursive: true, force: true })));
  const origin = await new Promise((resolve) => createInterface({ input: child.stdout }).on('line', (line) => resolve(line.split(' ').at(-1))));
  const sync = (body) => fetch(origin + '/v1/sync', { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
  return { origin, sync, kept: () => readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) };
}

test('it keeps records and intents and names them', async (t) => {
  const { sync, kept } = await serve(t);
  const records = [{ id: 'a', bytes: 'AA' }, { id: 'b', bytes: 'BB' }];
  const response = await sync(JSON.stringify({ site: 's', records, intents: [{ nonce: 'n' }], heads: ['b'] }));
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.deepEqual(await response.json(), { results: ['a', 'b', 'n'].map((id) => ({ id, status: 'stored' })) });
  assert.deepEqual(kept(), [...records, { nonce: 'n' }]);
});

test('it acknowledges nothing that it did not keep', async (t) => {
  const { origin, sync, kept } = await serve(t);
  assert.equal((await sync('{"records": [')).status, 400);
  assert.equal((await fetch(origin + '/v1/sync')).status, 404);
  assert.equal((await fetch(origin + '/', { method: 'POST', body: '{}' })).status, 404);
  assert.deepEqual(kept(), []);
  assert.equal((await sync('{}')).status, 200, 'and goes on');
});

test('it has at most twenty lines of code', () => {
  const lines = readFileSync(PROGRAM, 'utf8').split('\n').filter((line) => line.trim() && !line.startsWith('//'));
  assert.ok(lines.length <= 20, String(lines.length));
});
