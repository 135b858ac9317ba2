// Signed policies: what the command line signs, and what a page makes of what it is given.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bundled } from './bundled.mjs';
import { MAIN, NOON, changed, owner, refused, shop } from './owner-cli.mjs';
import { repository } from './runner.mjs';

const { open, order, trust } = await bundled('client/envelope.ts');
const { readText } = await bundled('client/answer.ts');
const { cases, order: orders, site } = JSON.parse(readFileSync(join(repository, 'tests/delivery/envelopes.json'), 'utf8'));

for (const { name, pinned, text, code, opens } of cases) {
  test(`an envelope: ${name}`, async () => {
    const found = await open(text, site, await trust(pinned)).catch((error) => error);
    if (code) return assert.equal(found.code, code, String(found.stack ?? found.hint));
    const { name: words, ...fields } = opens;
    for (const [field, value] of Object.entries(fields)) assert.equal(found[field], value);
    if (words) assert.equal(found.texts.texts['analytics.name'], words);
  });
}

test('where there is no Ed25519 nothing is trusted', async () => {
  const real = crypto.subtle.importKey;
  crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'));
  await assert.rejects(trust(cases[0].pinned), { code: 'DELIVERY_UNVERIFIABLE' });
  crypto.subtle.importKey = real;
});

test('of two policies the greater version is the newer, of one version the later issue', () => {
  for (const { a, b, newer } of orders) assert.equal(order(a, b) > 0, newer, JSON.stringify([a, b]));
});

test('an answer is read up to its limit, and no further', async () => {
  const bytes = new TextEncoder().encode('ä'.repeat(500));
  const sent = { pieces: 0, cancelled: false };
  // One byte at a time: every second letter is cut in two.
  const answer = (endless) => new Response(new ReadableStream({
    pull(controller) {
      if (!endless && sent.pieces === bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(sent.pieces % 1000, (sent.pieces++ % 1000) + 1));
    },
    cancel: () => void (sent.cancelled = true),
  }));
  assert.equal(await readText(answer(false), 1000), 'ä'.repeat(500));
  sent.pieces = 0;
  assert.equal(await readText(answer(false), 999), undefined);
  sent.pieces = 0;
  assert.equal(await readText(answer(true), 10_000), undefined, 'a body without an end');
  assert.ok(sent.cancelled && sent.pieces < 10_100, `${sent.pieces} bytes were asked for`);
  assert.equal(await readText(new Response(null), 10), '');
});

// RFC 8032, 7.1, test 1, in the form of RFC 8410.
const SECRET = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const pem = (kind, der) => `-----BEGIN ${kind}-----\n${Buffer.from(der, 'hex').toString('base64')}\n-----END ${kind}-----\n`;
const RFC_KEY = pem('PRIVATE KEY', `302e020100300506032b657004220420${SECRET}`);
const publicKey = (text) => createPublicKey(pem('PUBLIC KEY', `302a300506032b6570032100${Buffer.from(text, 'base64url').toString('hex')}`));
const RFC_PUBLIC = Buffer.from(PUBLIC, 'hex').toString('base64url');
const OTHER = Buffer.alloc(32, 7).toString('base64url');

const endpoint = (policy) => changed(policy, (it) => (it.settings = { ...it.settings, endpoint: 'https://consent.example' }));
const json = (it, path) => JSON.parse(it.read(path));

test('keys makes a pair, shows the public one, and never overwrites', (t) => {
  const it = owner(t);
  const made = it.run('keys');
  assert.deepEqual([made.code, made.stderr], [0, '']);
  const [, shown] = /public key: ([\w-]{43})\n/.exec(made.stdout) ?? assert.fail(made.stdout);
  assert.equal(statSync(join(it.folder, 'consentkit.key')).mode & 0o777, 0o600);
  const secret = it.read('consentkit.key');
  assert.match(secret, /^-----BEGIN PRIVATE KEY-----\n/);
  assert.ok(!made.stdout.includes(secret.split('\n')[1]), 'the private key is not printed');

  refused(it.run('keys'), /consentkit\.key: is there already/);
  assert.equal(it.read('consentkit.key'), secret);
  refused(it.run('keys', '-o', 'missing/key'), /missing\/key: cannot be written \(ENOENT\)/);
  refused(it.run('keys', 'extra'), /extra: one name too many/);
  assert.notEqual(/public key: (\S+)/.exec(it.run('keys', '-o', 'second.key').stdout)[1], shown, 'every pair is another');

  it.write(endpoint(shop()));
  const built = it.run('build', 'policy.json', '-o', 'out', '--key', 'consentkit.key');
  assert.equal(built.code, 0, built.stderr);
  assert.ok(!(built.stdout + built.stderr).includes(secret.split('\n')[1]));
  assert.deepEqual(json(it, 'out/policy.json').settings.keys, [shown]);
});

test('build signs one envelope for each language', (t) => {
  const it = owner(t, endpoint(shop()));
  writeFileSync(join(it.folder, 'rfc.key'), RFC_KEY);
  const built = it.run('build', 'policy.json', '-o', 'out', '--key', 'rfc.key');
  assert.deepEqual([built.code, built.stderr], [0, '']);
  assert.deepEqual(readdirSync(join(it.folder, 'out/delivery')).sort(), ['de.json', 'en.json']);
  const policy = json(it, 'out/policy.json');
  assert.deepEqual(policy.settings.keys, [RFC_PUBLIC], 'the public key of the RFC');
  for (const lang of ['de', 'en']) {
    const { payload, signature, key, ...rest } = json(it, `out/delivery/${lang}.json`);
    assert.deepEqual([key, rest], [RFC_PUBLIC, {}]);
    assert.ok(verify(null, Buffer.from(payload), publicKey(key), Buffer.from(signature, 'base64url')));
    const { texts, meaning, ...said } = JSON.parse(payload);
    assert.deepEqual(said, { format: 1, site: policy.site, version: 1, issued: NOON, policy });
    const part = (name) => JSON.parse(it.read(`out/${name}.${lang}.js`).replace('export default ', ''));
    const first = part('texts');
    // What is put into words for the first banner alone.
    const spelledOut = /^ui\.(list\.|partners\.all$)/;
    const words = Object.fromEntries(Object.entries({ ...first.texts, ...part('more') }).filter(([name]) => !spelledOut.test(name)));
    assert.deepEqual(texts, { ...first, texts: words }, 'all words, also those that a page loads later');
    assert.ok(it.read('out/boot.js').includes(`meaning:"${meaning}"`));
  }
});

test('the key may come from the environment', (t) => {
  const it = owner(t, endpoint(shop()));
  const run = (key, ...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'build', 'policy.json', '-o', 'out', ...args], { cwd: it.folder, encoding: 'utf8', env: { ...process.env, CONSENTKIT_KEY: key } });
    return { code: status, stdout, stderr };
  };
  const built = run(RFC_KEY);
  assert.equal(built.code, 0, built.stderr);
  assert.equal(json(it, 'out/delivery/en.json').key, RFC_PUBLIC);
  const broken = run(RFC_KEY.replace('MC4C', 'AAAA'));
  refused(broken, /CONSENTKIT_KEY: holds no Ed25519 private key/);
  assert.ok(!broken.stderr.includes(RFC_KEY.split('\n')[1].slice(10)), 'nothing of it is printed');
  refused(run(RFC_KEY, '--key', 'none.key'), /none\.key: cannot be read \(ENOENT\)/);
});

test('pins add up, for a rotation of keys, and need no private key', (t) => {
  const it = owner(t, changed(endpoint(shop()), ({ settings }) => (settings.keys = [OTHER])));
  const built = it.run('build', 'policy.json', '-o', 'out', '--pin', RFC_PUBLIC, '--pin', OTHER);
  assert.deepEqual([built.code, built.stderr], [0, '']);
  const { settings, issued } = json(it, 'out/policy.json');
  assert.deepEqual([settings.keys, issued], [[OTHER, RFC_PUBLIC], NOON]);
  assert.ok(!readdirSync(join(it.folder, 'out')).includes('delivery'), 'nothing is signed');
  assert.ok(built.stdout.includes(`${OTHER}, ${RFC_PUBLIC}`));
});

test('a build without keys asks for nothing, and its bytes do not know the moment', (t) => {
  const it = owner(t, endpoint(shop()));
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  assert.doesNotMatch(it.read('out/boot.js'), /delivery\.js/);
  assert.equal(json(it, 'out/policy.json').issued, undefined);
  assert.equal(it.run('build', 'policy.json', '-o', 'out', '--pin', OTHER).code, 0);
  assert.match(it.read('out/boot.js'), /delivery\.js/);
});

test('keys without a backend are said to be of no use', (t) => {
  const it = owner(t);
  const { code, stderr } = it.run('build', 'policy.json', '-o', 'out', '--pin', OTHER);
  assert.equal(code, 0);
  assert.match(stderr, /settings\.endpoint is empty/);
  assert.doesNotMatch(it.read('out/boot.js'), /delivery\.js/);
});

/** What is wrong → the words for it, and the arguments. */
const WRONG = {
  'a key that is not there': [/no\.key: cannot be read \(ENOENT\)/, '--key', 'no.key'],
  'a key that is none': [/policy\.json: holds no Ed25519 private key/, '--key', 'policy.json'],
  'a public key': [/public\.pem: holds no Ed25519 private key/, '--key', 'public.pem'],
  'a key of another kind': [/x25519\.pem: holds no Ed25519 private key/, '--key', 'x25519.pem'],
  'a key in the folder that is served': [/site\/rfc\.key: lies in the folder that the site serves/, '--key', 'site/rfc.key', '-o', 'site'],
  'a pin that is too short': [/--pin abc: write a public key/, '--pin', 'abc'],
  'a pin with bits too many': [/--pin A{42}B: write a public key/, '--pin', `${'A'.repeat(42)}B`],
  'a pin in hexadecimal': [/--pin d75a98\w+: write a public key/, '--pin', PUBLIC],
};

for (const [name, [words, ...args]] of Object.entries(WRONG)) {
  test(`build refuses ${name} and writes nothing`, (t) => {
    const it = owner(t, endpoint(shop()));
    it.write(RFC_KEY, 'rfc.key');
    it.write(pem('PUBLIC KEY', `302a300506032b6570032100${PUBLIC}`), 'public.pem');
    it.write(pem('PRIVATE KEY', `302e020100300506032b656e04220420${SECRET}`), 'x25519.pem');
    const before = it.files();
    refused(it.run('build', 'policy.json', '-o', 'out', ...args), words);
    assert.deepEqual(it.files(), before);
  });
}

test('a policy with a pin that is no key is refused where it stands', (t) => {
  const it = owner(t, changed(shop(), (policy) => (policy.settings = { keys: [OTHER, 'abc'] })));
  refused(it.run('check', 'policy.json'), /settings\.keys\[1\]: write a public key/, /VALUE_MISSING/);
});

test('what pages would not take is not signed', (t) => {
  const it = owner(t, changed(endpoint(shop()), ({ texts }) => (texts.en['analytics.text'] = 'long '.repeat(120_000))));
  it.write(RFC_KEY, 'rfc.key');
  const before = it.files();
  refused(it.run('build', 'policy.json', '-o', 'out', '--key', 'rfc.key'), /the policy in "en" has \d+ bytes signed, pages take 524288/);
  assert.deepEqual(it.files(), before);
});

test('an envelope of a language that is gone goes, what else lies there stays', (t) => {
  const it = owner(t, endpoint(shop()));
  it.write(RFC_KEY, 'rfc.key');
  const build = () => assert.equal(it.run('build', 'policy.json', '-o', 'out', '--key', 'rfc.key').code, 0);
  build();
  it.write('{ "payload": 1 }', 'out/delivery/mine.json');
  it.write(changed(endpoint(shop()), (policy) => {
    delete policy.texts.de;
    delete policy.defaultLanguage;
  }));
  build();
  assert.deepEqual(readdirSync(join(it.folder, 'out/delivery')).sort(), ['en.json', 'mine.json']);
});
