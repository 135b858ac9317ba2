// What README.md shows of the owners' tools is what they print, and what it shows for servers works.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { owner } from './owner-cli.mjs';
import { repository } from './runner.mjs';

const page = readFileSync(join(repository, 'README.md'), 'utf8');
const part = page.slice(page.indexOf('## Before you publish'), page.indexOf('## Platforms'));
const shown = [...part.matchAll(/```text\n([\s\S]*?)```/g)].map(([, text]) => text);
const [, policy] = /```json\n([\s\S]*?)```/.exec(page);
/** Lines may be broken elsewhere. */
const words = (text) => text.replace(/\s+/g, ' ').trim();

test('the README shows what lint, explain and simulate print', (t) => {
  const it = owner(t, policy);
  const printed = (...args) => it.run(...args, ...(args[0] === 'lint' ? [] : ['--at', '2026-11-23T12:00:00Z'])).stdout;
  assert.equal(shown.length, 3);
  const [lint, explain, simulate] = shown;
  const findings = printed('lint', 'policy.json');
  assert.ok(words(findings).startsWith(words(lint)), findings);
  assert.match(findings, /: 0 errors, 3 other findings/);
  assert.ok(words(printed('explain', 'policy.json', '--region', 'FR')).includes(words(explain)));
  const rows = printed('simulate', 'policy.json').split('\n');
  for (const row of simulate.trim().split('\n')) assert.ok(rows.includes(row), row);
});

test('the README\'s recipe gives the cookie back with pages, as it came, and with nothing else', async (t) => {
  const [, code] = /```js\n(\/\*\* Keeps the cookie[\s\S]*?)```/.exec(page);
  const folder = mkdtempSync(join(tmpdir(), 'ck-recipe-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'recipe.mjs'), code);
  const { keepAnswer } = await import(pathToFileURL(join(folder, 'recipe.mjs')));
  const server = createServer((request, response) => (keepAnswer(request, response), response.end())).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const ask = async (dest, cookie) => (await fetch(`http://127.0.0.1:${server.address().port}/`, { headers: { 'sec-fetch-dest': dest, cookie } })).headers.getSetCookie();

  // The longest that there may be: 400 bytes at 40 items, of two heads and an account's mark.
  const values = [`1~${'A'.repeat(22)}~7~EfErbk2w~-....gs1wq~${'b'.repeat(43)}.${'c'.repeat(43)}`, `1~${'-'.repeat(398)}`];
  for (const value of values) {
    const [kept, ...rest] = await ask('document', `a=1; ck_shop_example=${value}; b=2`);
    assert.deepEqual(rest, []);
    assert.equal(kept, `ck_shop_example=${value}; Max-Age=34128000; Path=/; Domain=shop.example; SameSite=Lax; Secure`);
  }
  const [value] = values;
  assert.deepEqual(await ask('document', 'a=1'), [], 'where there was none, none comes');
  for (const dest of ['empty', 'script', 'image', 'iframe']) assert.deepEqual(await ask(dest, `ck_shop_example=${value}`), [], dest);
  for (const strange of ['', '2~x', `1~${'x'.repeat(399)}`, '1~a b', '1~a,b', '1~"a"', '1~a%0d%0aX: y']) {
    assert.deepEqual(await ask('document', `ck_shop_example=${strange}`), [], strange);
  }
  assert.deepEqual(await ask('document', `xck_shop_example=${value}`), [], 'another name');
});
