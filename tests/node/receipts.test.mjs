// Receipts, checked by two verifiers that share no code: the core in WebAssembly, and js/src/verify, which was written from RECEIPT.md.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { STEPS, verify } from '../../js/dist/verify.js';
import { verify as core } from '../../js/dist/cli/engine/engine.js';
import { owner } from './owner-cli.mjs';
import { bodies, bytes, enclosures, proofs, statements, unseen } from './receipts/tamper.mjs';
import { repository } from './runner.mjs';

const read = (path) => readFileSync(join(repository, path), 'utf8');

// `cargo run -p consentkit-backend --example receipts -- 18` has written them.
const [KEY, ...RECEIPTS] = read('tests/node/receipts/receipts.jsonl').trim().split('\n').map((line) => JSON.parse(line));

const VERIFIERS = {
  'the core': (text, { key = KEY, notice, brief = true } = {}) => core(text, key ?? undefined, notice, brief),
  'the other': (text, { key = KEY, notice, brief = true } = {}) => verify(text, { key: key ?? undefined, notice, brief }),
};

const statuses = ({ steps }) => Object.fromEntries(steps.map(({ step, status }) => [step, status]));

/** How the generator makes a receipt with this number: what it leaves out cannot be checked. */
function expected(number, receipt) {
  const said = JSON.parse(receipt)['dpv:hasRecordOfActivity'];
  const open = (is) => (is ? 'open' : 'pass');
  const pending = open(number % 17 === 7);
  const notice = open(number % 13 === 6 && 'dpv:hasNotice' in said);
  return { receipt: 'pass', hash: 'pass', record: 'pass', statement: 'pass', policy: open(number % 11 === 5), notice, leaf: pending, inclusion: pending, signature: pending, key: pending };
}

test('both verifiers say the same of every receipt, step by step', () => {
  assert.equal(RECEIPTS.length, 18);
  for (const [number, receipt] of RECEIPTS.entries()) {
    for (const [name, verifier] of Object.entries(VERIFIERS)) {
      const report = verifier(receipt, { brief: false });
      assert.deepEqual(statuses(report), expected(number, receipt), `${name}, receipt ${number}: ${JSON.stringify(report.steps)}`);
      assert.deepEqual(report.steps.map(({ step }) => step), [...STEPS]);
      assert.equal(report.id, JSON.parse(receipt)['dct:identifier']);
      assert.equal(report.verdict, Object.values(expected(number, receipt)).includes('open') ? 'open' : 'pass');
    }
  }
});

test('a receipt that is not in the log yet says so', () => {
  const pending = RECEIPTS[7];
  assert.equal(JSON.parse(pending)['ck:log'], 'pending');
  for (const verifier of Object.values(VERIFIERS)) {
    const report = verifier(pending, { brief: false });
    assert.deepEqual([report.verdict, report.steps.at(-1).status], ['open', 'open']);
    assert.match(report.steps.at(-1).found, /no proof yet/);
  }
});

const SOUND = RECEIPTS.filter((_, number) => ![5, 6, 7].includes(number));

for (const [name, verifier] of Object.entries(VERIFIERS)) {
  const none = (make, most = SOUND.length) => {
    for (const [number, receipt] of SOUND.slice(0, most).entries()) {
      const { tried, missed } = unseen(verifier, make(receipt, SOUND[(number + 1) % SOUND.length], number));
      assert.deepEqual(missed, [], `${tried} tried`);
    }
  };
  test(`${name}: every change of one byte in a body is found`, () => none((receipt, _, number) => bytes(receipt, number)));
  test(`${name}: bodies that are cut, longer, reordered or exchanged are found`, () => none(bodies));
  test(`${name}: every change of what a receipt says is found`, () => none(statements, 5));
  test(`${name}: every change of a proof, a checkpoint or a key is found`, () => none(proofs, 3));
  test(`${name}: every change of an enclosed policy or notice is found`, () => none(enclosures, 3));
}

test('a log of somebody else is found by its key alone', () => {
  const own = KEY.replace(/.$/, (letter) => (letter === 'A' ? 'B' : 'A'));
  for (const verifier of Object.values(VERIFIERS)) {
    const report = verifier(RECEIPTS[0], { key: own, brief: false });
    assert.deepEqual(Object.entries(statuses(report)).filter(([, status]) => status === 'fail'), [['key', 'fail']]);
    assert.equal(statuses(verifier(RECEIPTS[0], { key: null, brief: false })).key, 'open', 'without a key nobody vouches');
  }
});

test('a notice that is brought along is held against the record', () => {
  const { notice } = JSON.parse(RECEIPTS[0])['ck:evidence'];
  const bare = RECEIPTS[6];
  const words = RECEIPTS.map((receipt) => JSON.parse(receipt)['ck:evidence'].notice).filter(Boolean);
  for (const verifier of Object.values(VERIFIERS)) {
    const found = words.filter((it) => statuses(verifier(bare, { notice: JSON.stringify(it), brief: false })).notice === 'pass');
    assert.ok(found.length > 0 && found.length < words.length, 'the right words pass, others do not');
    assert.equal(statuses(verifier(RECEIPTS[0], { notice: JSON.stringify({ ...notice, layout: 'bar' }), brief: false })).notice, 'fail');
    assert.equal(statuses(verifier(RECEIPTS[0], { notice: '{', brief: false })).notice, 'fail');
  }
});

test('a verifier with a fault is noticed', () => {
  // Each leaves steps out, as if they were not there.
  const without = (...left) => (text) => {
    const { steps } = verify(text, { key: KEY });
    const rest = steps.filter(({ step }) => !left.includes(step));
    return { verdict: rest.some(({ status }) => status === 'fail') ? 'fail' : 'pass' };
  };
  const planted = [
    [without('hash', 'statement', 'inclusion'), bytes],
    [without('statement'), statements],
    [without('inclusion', 'signature'), proofs],
    [without('policy', 'notice', 'statement'), enclosures],
  ];
  for (const [faulty, make] of planted) assert.notDeepEqual(unseen(faulty, make(RECEIPTS[0], RECEIPTS[1])).missed, []);
});

test('the second verifier shares no module with the first, nor with anything else of the package', () => {
  const folder = join(repository, 'js/src/verify');
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts'));
  assert.ok(files.length > 6);
  const allowed = /^(\.\.?\/(?:[a-z]+\.js)|cborg|@noble\/curves\/ed25519\.js|@noble\/hashes\/sha2\.js)$/;
  for (const file of files) {
    const source = readFileSync(join(folder, file), 'utf8');
    const imported = [...source.matchAll(/^(?:import|export) [^;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm)].map((found) => found.slice(1).find(Boolean));
    for (const name of imported) {
      assert.match(name, allowed, file);
      assert.ok(!(name.startsWith('../') && !file.includes('/')), `${file} leaves the folder by ${name}`);
    }
  }
  assert.doesNotMatch(read('js/dist/verify.js'), /WebAssembly/);
});

test('the page that checks receipts loads nothing', () => {
  const page = read('js/dist/verify.html');
  const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(page) ?? assert.fail('no policy');
  assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'$/);
  assert.doesNotMatch(page, /<link|<img|<iframe|\bsrc=|style="|\bfetch\(|XMLHttpRequest|WebSocket/);
});

test('`consentkit verify` names every step, and its exit code says how it ended', (t) => {
  const it = owner(t);
  it.write(RECEIPTS[0], 'receipt.json');
  it.write(RECEIPTS[7], 'pending.json');
  it.write(RECEIPTS[0].replace('dpv:Consent', 'dpv:Contract'), 'changed.json');
  it.write(`${KEY}\n`, 'key.txt');
  const { code, stdout } = it.run('verify', 'receipt.json', '--key', KEY);
  assert.equal(code, 0, stdout);
  for (const step of STEPS) assert.match(stdout, new RegExp(`^pass +${step} `, 'm'));
  assert.equal(it.run('verify', 'receipt.json', '--key', 'key.txt').code, 0);
  assert.equal(it.run('verify', 'receipt.json').code, 3);
  assert.equal(it.run('verify', 'pending.json', '--key', KEY).code, 3);
  const changed = it.run('verify', 'changed.json', '--key', KEY, '--json');
  assert.equal(changed.code, 1);
  assert.deepEqual(statuses(JSON.parse(changed.stdout)).statement, 'fail');
  for (const args of [['nothing.json'], [], ['receipt.json', '--nonsense'], ['receipt.json', '--key', 'nothing.txt']]) {
    const { code: usage, stderr } = it.run('verify', ...args);
    assert.deepEqual([usage, stderr !== ''], [2, true], args.join(' '));
  }
});
