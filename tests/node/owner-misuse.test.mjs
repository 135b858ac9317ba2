// What an owner gets wrong on the command line: a sentence answers, and never a stack.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { answered } from './owner-data.mjs';
import { MAIN, NOON, changed, owner, refused, shop } from './owner-cli.mjs';
import { repository } from './runner.mjs';

const yes = (policy) => answered(policy, { region: 'FR', now: NOON, control: 'banner.accept' });
const [record] = yes(shop());

const FILES = {
  'wrong.json': '{ "site": 1 }',
  'text.txt': 'site: shop',
  'no-list.json': '{}',
  'no-bytes.json': '[{ "id": "x" }]',
  'damaged.json': [record, { id: 'x', bytes: 'AAAA' }],
  'renamed.json': [{ ...record, id: record.id.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) }],
  'foreign.json': yes(changed(shop(), (policy) => (policy.site = 'other.example'))),
};
const FRANCE = ['explain', 'policy.json', '--region', 'FR'];

/** What an owner may get wrong, and what the sentence names. */
const MISUSE = [
  [['explain', 'policy.json', '--region', 'France'], /^--region France: .*FR or US-CA/],
  [['explain', 'policy.json', '--region', 'FRA'], /^--region FRA: /],
  [['explain', 'policy.json', '--region'], /--region/],
  [[...FRANCE, '--residence', 'Berlin'], /^--residence Berlin: /],
  ...['thirteen', '13', '15-13', '-', '999-', '13-15-'].map((age) => [[...FRANCE, `--age=${age}`], /^--age .*: write a band such as 13-15 or 18-/]),
  ...['GPC', 'dnt', 'gpc,dnt'].map((signals) => [[...FRANCE, '--signals', signals], /^--signals \w+: there are gpc and att_denied/]),
  ...['2026-11-23', '2026-11-23T12:00', '2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z'].map((at) => [[...FRANCE, '--at', at], /^--at 2026-\S+: write a moment such as 2027-/]),
  [['diff', 'policy.json', 'policy.json', '--at', 'today'], /^--at today: write a moment such as 2027-01-01T00:00:00Z/],
  [['simulate', 'policy.json', '--at', 'today'], /^--at today: /],
  [[...FRANCE, '--records', 'none.json'], /^none\.json: .*ENOENT.*records/],
  [[...FRANCE, '--records', '.'], /^\.: .*EISDIR/],
  [[...FRANCE, '--records', 'text.txt'], /^text\.txt: /],
  [[...FRANCE, '--records', 'no-list.json'], /^no-list\.json: holds no list of records/],
  [[...FRANCE, '--records', 'no-bytes.json'], /^no-bytes\.json: holds no list of records, each with "id" and "bytes"/],
  [[...FRANCE, '--records', 'damaged.json'], /^damaged\.json: records\[1\]\.bytes: it is no record.*\[RECORD_UNREADABLE\]/],
  [[...FRANCE, '--records', 'renamed.json'], /^renamed\.json: records\[0\]\.id: .*\[RECORD_UNREADABLE\]/],
  [[...FRANCE, '--records', 'foreign.json'], /^foreign\.json: records\[0\]: .*"other\.example".*"haldenmoor\.example".*\[FOREIGN_SITE\]/],
  [['simulate', 'policy.json', '--format', 'pdf'], /^--format pdf: there are csv, json and md/],
  [['diff', 'policy.json'], /consentkit diff OLD NEW/],
  [['diff', 'policy.json', 'policy.json', 'third.json'], /^third\.json: one name too many/],
  ...['explain', 'lint', 'simulate'].flatMap((command) => [
    [[command], new RegExp(`consentkit ${command} POLICY`)],
    [[command, 'none.json'], /^none\.json: .*ENOENT/],
    [[command, 'wrong.json'], /^wrong\.json: site: .*\[POLICY_INVALID\]/],
    [[command, 'policy.json', 'second.json'], /^second\.json: one name too many/],
  ]),
  ...['explain', 'lint', 'diff', 'simulate', 'check'].map((command) => [[command, 'policy.json', '--frist', '1'], /^Unknown option '--frist' \(consentkit help\)/]),
];

for (const [args, sentence] of MISUSE) {
  test(`a sentence answers: ${args.join(' ')}`, (t) => {
    const it = owner(t);
    for (const [name, content] of Object.entries(FILES)) it.write(content, name);
    const result = it.run(...args);
    refused(result, sentence);
    assert.equal(result.stderr.trimEnd().split('\n').length, 1, result.stderr);
  });
}

test('a reader that has seen enough is no mistake', async () => {
  const running = spawn(process.execPath, [MAIN, 'simulate', 'examples/shop/policy.json', '--format', 'json'], { cwd: repository });
  let said = '';
  running.stderr.on('data', (text) => (said += text));
  running.stdout.once('data', () => running.stdout.destroy());
  const [code] = await once(running, 'close');
  assert.deepEqual([code, said], [0, '']);
});

test('the help lists every command', (t) => {
  const { stdout, code } = owner(t).run('help');
  assert.equal(code, 0);
  for (const command of ['build', 'check', 'lint', 'explain', 'diff', 'simulate']) assert.match(stdout, new RegExp(`^ {2}${command} [A-Z]`, 'm'));
  for (const option of ['--residence', '--signals', '--age', '--account', '--at', '--records', '--format', '--json']) assert.ok(stdout.includes(option), option);
});
