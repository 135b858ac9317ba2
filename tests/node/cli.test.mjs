// `consentkit build` and `consentkit check`, run as an owner runs them.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { NOON, owner, refused, shop } from './owner-cli.mjs';

test('a good policy is checked and built', (t) => {
  const it = owner(t);
  const checked = it.run('check', 'policy.json');
  assert.deepEqual([checked.code, checked.stderr], [0, '']);
  assert.match(checked.stdout, /policy\.json is a valid policy/);
  assert.deepEqual(Object.keys(it.files()), ['policy.json'], 'check writes nothing');

  const built = it.run('build', 'policy.json', '-o', 'out');
  assert.deepEqual([built.code, built.stderr], [0, '']);
  assert.match(built.stdout, /policy version 1/);
  const found = Object.keys(it.files());
  for (const name of ['banner.js', 'boot.html', 'boot.js', 'centre.js', 'client.js', 'embed.js', 'engine-fallback.js', 'engine.js', 'engine_bg.wasm', 'first.de.js', 'first.en.js', 'policy.json', 'texts.de.js', 'texts.en.js']) {
    assert.ok(found.includes(join('out', name)), name);
  }
  assert.ok(found.includes('consentkit.lock.json'), 'the lock lies beside the policy');
  assert.match(JSON.parse(it.read('out/policy.json')).plan, /^[\w-]{100,}$/, 'what the engine runs');
  assert.ok(!it.read('out/policy.json').includes('Visit counts'), 'texts are not in the compiled policy');
});

test('the folder is "consent" unless another is named', (t) => {
  const it = owner(t);
  assert.equal(it.run('build', 'policy.json').code, 0);
  assert.ok(it.files()[join('consent', 'boot.js')]);
});

test('the printed hash is the one of the inline snippet', (t) => {
  const it = owner(t);
  const { stdout } = it.run('build', 'policy.json', '-o', 'out', '--base', '/a"b&c/');
  const html = it.read('out/boot.html');
  const [, code] = /^<script data-base="\/a&quot;b&amp;c\/">([\s\S]*)<\/script>\n$/.exec(html) ?? assert.fail(html.slice(0, 80));
  assert.ok(stdout.includes(`'sha256-${createHash('sha256').update(code).digest('base64')}'`));
  assert.equal(code, it.read('out/boot.js'), 'the external script is the same code');
});

test('nothing in a policy can end the inline script or begin a comment', (t) => {
  const policy = shop();
  policy.site = 'x</script><!--<script>';
  policy.purposes.push({ id: '<!--<script', kinds: ['stats_other'] });
  for (const texts of Object.values(policy.texts)) Object.assign(texts, { '<!--<script.name': 'n', '<!--<script.text': 't' });
  const it = owner(t, policy);
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  const html = it.read('out/boot.html').trim();
  assert.equal(html.match(/<\/?script/gi).length, 2);
  assert.doesNotMatch(html, /<!--/);
});

/** What is wrong → the code, the place, and how it is made. */
const WRONG = {
  'broken JSON': [/POLICY_INVALID/, /line \d+/, (policy) => JSON.stringify(policy, null, 2).slice(0, -20)],
  'no JSON at all': [/POLICY_INVALID/, /policy\.json/, () => 'site: shop'],
  'an empty file': [/POLICY_INVALID/, /policy\.json/, () => ''],
  'a list': [/POLICY_INVALID/, /policy\.json/, () => '[]'],
  'an unknown field': [/POLICY_INVALID/, /purposes\[1\]\.colour/, (policy) => void (policy.purposes[1].colour = 'red')],
  'a wrong type': [/POLICY_INVALID/, /version/, (policy) => void (policy.version = 'one')],
  'a negative version': [/POLICY_INVALID/, /version/, (policy) => void (policy.version = -1)],
  'version 0': [/VALUE_MISSING/, /version/, (policy) => void (policy.version = 0)],
  'a kind that nobody knows': [/POLICY_INVALID/, /purposes\[1\]\.kinds\[0\]/, (policy) => void (policy.purposes[1].kinds = ['statistics'])],
  'a duplicate purpose': [/DUPLICATE_ID/, /purposes\[4\]\.id/, (policy) => void policy.purposes.push(policy.purposes[2])],
  'a duplicate service': [/DUPLICATE_ID/, /services\[3\]\.id/, (policy) => void policy.services.push(policy.services[0])],
  'a purpose without text': [/TEXT_MISSING/, /texts\.de\["analytics\.text"\]/, (policy) => void (delete policy.texts.de['analytics.text'])],
  'a purpose with an empty text': [/TEXT_MISSING/, /texts\.en\["analytics\.text"\]/, (policy) => void (policy.texts.en['analytics.text'] = '')],
  'no texts at all': [/TEXT_MISSING/, /texts/, (policy) => {
    delete policy.defaultLanguage;
    delete policy.texts;
  }],
  'an id that nothing defines': [/UNKNOWN_ID/, /services\[0\]\.needs\[0\]/, (policy) => void (policy.services[0].needs = ['statistics'])],
  'a recipient that nothing defines': [/UNKNOWN_ID/, /purposes\[2\]\.recipients\[0\]/, (policy) => void (policy.purposes[2].recipients = ['nobody'])],
  'a period with hours': [/PERIOD_INVALID|POLICY_INVALID/, /purposes\[1\]\.data\[0\]\.retention/, (policy) => void (policy.purposes[1].data[0].retention = 'PT5H')],
  'nobody who is responsible': [/VALUE_MISSING/, /controllers/, (policy) => void (policy.controllers = [])],
  'a language without texts': [/UNKNOWN_ID/, /defaultLanguage/, (policy) => void (policy.defaultLanguage = 'fr')],
};

for (const [name, [code, place, change]] of Object.entries(WRONG)) {
  test(`check and build refuse ${name}, say where, and write nothing`, (t) => {
    const policy = shop();
    const text = change(policy);
    const it = owner(t, text ?? policy);
    const before = it.files();
    refused(it.run('check', 'policy.json'), code, place, /policy\.json/);
    refused(it.run('build', 'policy.json', '-o', 'out'), code, place, /policy\.json/);
    assert.deepEqual(it.files(), before);
    assert.deepEqual(readdirSync(it.folder), ['policy.json'], 'not even a folder');
  });
}

test('a missing file is named', (t) => {
  const it = owner(t);
  for (const command of ['check', 'build']) {
    refused(it.run(command, 'polizy.json'), /polizy\.json/, /ENOENT/);
    refused(it.run(command), new RegExp(`consentkit ${command} POLICY`));
  }
  assert.deepEqual(readdirSync(it.folder), ['policy.json']);
});

test('an unknown command shows the help and fails, asking for help does not', (t) => {
  const it = owner(t);
  for (const command of ['biuld', 'toString', '__proto__']) {
    const { code, stdout } = it.run(command);
    assert.equal(code, 2, command);
    assert.match(stdout, /build POLICY/);
  }
  for (const args of [[], ['help'], ['--help'], ['-h']]) assert.equal(it.run(...args).code, 0, args.join());
});

test('an unknown option is refused with a sentence', (t) => {
  const it = owner(t);
  refused(it.run('build', 'policy.json', '--outt', 'x'), /--outt/);
  assert.deepEqual(readdirSync(it.folder), ['policy.json']);
});

test('an output that is a file is refused with a sentence, and the lock is not written', (t) => {
  const it = owner(t);
  writeFileSync(join(it.folder, 'out'), '');
  refused(it.run('build', 'policy.json', '-o', 'out'), /out/);
  assert.deepEqual(readdirSync(it.folder).sort(), ['out', 'policy.json']);
});

test('a changed meaning needs a raised version', (t) => {
  const it = owner(t);
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  const published = it.files();

  const changed = shop();
  changed.purposes[2].method = 'by another method';
  it.write(changed);
  refused(it.run('build', 'policy.json', '-o', 'out'), /VERSION_NOT_RAISED/, /version/, /raise "version" to 2/);
  it.write(shop());
  assert.deepEqual(it.files(), published, 'the lock and the deployment stay as they were');

  it.write({ ...changed, version: 2 });
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  const lock = JSON.parse(it.read('consentkit.lock.json'));
  assert.deepEqual(lock.versions.map(({ version }) => version), [1, 2]);
  assert.ok(Buffer.from(JSON.parse(it.read('out/policy.json')).plan, 'base64url').includes('by another method'), 'the engine can say what has changed');

  it.write(shop());
  refused(it.run('build', 'policy.json', '-o', 'out'), /VERSION_NOT_RAISED/);
});

test('another wording is published under the same version', (t) => {
  const it = owner(t);
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  const first = { lock: it.read('consentkit.lock.json'), notices: readdirSync(join(it.folder, 'out/notices')) };
  const reworded = shop();
  reworded.texts.en['analytics.name'] = 'Counting visits';
  it.write(reworded);
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  assert.equal(it.read('consentkit.lock.json'), first.lock);
  assert.match(it.read('out/texts.en.js'), /Counting visits/);
  const notices = readdirSync(join(it.folder, 'out/notices'));
  assert.equal(notices.length, first.notices.length + 1, 'the earlier words stay beside the new ones');
  assert.deepEqual(first.notices.filter((name) => !notices.includes(name)), []);
});

test('a lock that cannot be read is refused and left alone', (t) => {
  const it = owner(t);
  for (const content of ['{ "versions": [', '{}', '[]', '<<<<<<< HEAD']) {
    writeFileSync(join(it.folder, 'consentkit.lock.json'), content);
    refused(it.run('build', 'policy.json', '-o', 'out'), /POLICY_INVALID/, /consentkit\.lock\.json/);
    assert.equal(it.read('consentkit.lock.json'), content);
    assert.deepEqual(readdirSync(it.folder).sort(), ['consentkit.lock.json', 'policy.json']);
  }
});

test('a lock that is there is never taken for none', (t) => {
  const it = owner(t);
  mkdirSync(join(it.folder, 'consentkit.lock.json'));
  refused(it.run('build', 'policy.json', '-o', 'out'), /consentkit\.lock\.json/);
  assert.deepEqual(readdirSync(it.folder).sort(), ['consentkit.lock.json', 'policy.json']);
});

test('the same policy gives the same bytes, wherever and however often it is built', (t) => {
  const [one, two] = [owner(t), owner(t)];
  for (const it of [one, two]) assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  const files = one.files();
  assert.deepEqual(two.files(), files);
  assert.equal(one.run('build', 'policy.json', '-o', 'out').code, 0);
  assert.deepEqual(one.files(), files, 'a second build changes nothing');
});

test('the clock of the build is seen only in what depends on the law of the day', (t) => {
  const it = owner(t);
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  const before = it.files();
  const differing = (days) => {
    assert.equal(it.at(NOON + days * 864e5, 'build', 'policy.json', '-o', 'out').code, 0);
    const after = it.files();
    return Object.keys(after).filter((path) => after[path] !== before[path]);
  };
  const boot = ['boot.html', 'boot.js'].map((name) => join('out', name));
  const ofLaws = ['first.de.js', 'first.en.js', 'policy.json', 'texts.de.js', 'texts.en.js'].map((name) => join('out', name));
  assert.deepEqual(differing(1).filter((path) => !boot.includes(path)), []);
  // Laws begin and end on the first of January.
  assert.deepEqual(differing(40), [...boot, ...ofLaws]);
});
