// What README.md shows of the owners' tools is what they print.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
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
