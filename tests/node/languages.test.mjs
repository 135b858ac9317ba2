// The languages of a build: what is said of them, which words they get, and who is spoken to in which.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Script, createContext } from 'node:vm';
import { owner, refused, shop } from './owner-cli.mjs';
import { repository } from './runner.mjs';

const english = JSON.parse(readFileSync(join(repository, 'js/src/ui/texts/en.json'), 'utf8'));
const words = Object.keys(english).filter((key) => key !== 'ui.reviewed_by');

/** The shop's policy with its English texts under other names; the first is the default. */
function speaking(...languages) {
  const policy = shop();
  const { en } = policy.texts;
  return { ...policy, defaultLanguage: languages[0], texts: Object.fromEntries(languages.map((language) => [language, { ...en }])) };
}

test('a language that the interface does not have: the warning says how many of its texts are English, and where to write them', (t) => {
  const it = owner(t, speaking('en', 'fil'));
  const { code, stderr } = it.run('build', 'policy.json', '-o', 'out');
  assert.equal(code, 0);
  assert.match(stderr, new RegExp(`^warning: texts\\.fil: .* ${words.length} of its texts .* English; write them in texts\\.fil$`, 'm'));
  assert.match(it.read('out/texts.fil.js'), /"ui\.accept":"Accept all"/);

  const policy = speaking('en', 'fil');
  Object.assign(policy.texts.fil, { 'ui.accept': 'Tanggapin lahat', 'ui.refuse': 'Tanggihan lahat' });
  it.write(policy);
  assert.match(it.run('build', 'policy.json', '-o', 'out').stderr, new RegExp(` ${words.length - 2} of its texts `));
  assert.match(it.read('out/texts.fil.js'), /"ui\.accept":"Tanggapin lahat"/);

  Object.assign(policy.texts.fil, Object.fromEntries(words.map((key) => [key, `fil ${english[key]}`])));
  it.write(policy);
  assert.equal(it.run('build', 'policy.json', '-o', 'out').stderr, '', 'nothing is missing any more');
});

test('languages that only the interface has: it is said who is spoken to in which language then', (t) => {
  const it = owner(t, speaking('de', 'fr'));
  const { stdout, stderr } = it.run('build', 'policy.json', '-o', 'out');
  const all = readdirSync(join(repository, 'js/src/ui/texts')).length;
  assert.equal(stderr, '');
  assert.match(stdout, new RegExp(`^languages: who reads none of these is spoken to in de; the interface has words in ${all},`, 'm'));
  assert.match(stdout, /^interface words that nobody has reviewed yet: de, fr;/m);
});

test('a language gets the words of its language and script', (t) => {
  // By CLDR's likely subtags; Norwegian by its macrolanguage (ISO 639-3: nor).
  const from = { 'zh-HK': 'zh-TW', 'zh-Hant': 'zh-TW', 'zh-Hans-SG': 'zh', 'pt-AO': 'pt', 'pt-BR': 'pt-BR', no: 'nb', nn: 'nb', iw: 'he', in: 'id', 'sr-ME': 'sr-Latn', 'de-AT': 'de' };
  const it = owner(t, speaking('en', ...Object.keys(from)));
  assert.equal(it.run('build', 'policy.json', '-o', 'out').stderr, '');
  for (const [language, source] of Object.entries(from)) {
    const { texts, lang } = bundle(it, language);
    const own = JSON.parse(readFileSync(join(repository, `js/src/ui/texts/${source}.json`), 'utf8'));
    assert.deepEqual([lang, texts['ui.accept'], texts['ui.reviewed_by']], [language, own['ui.accept'], undefined], language);
  }
});

test('a first visit finds the number of partners in words, in the form of its language, and a page without partners nothing', (t) => {
  const policy = speaking('en', 'pl', 'ar');
  assert.equal(policy.recipients.length, 3);
  const it = owner(t, policy);
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  const said = (tag) => Object.entries(bundle(it, tag).texts).filter(([key]) => key.startsWith('ui.partners'));
  // Three is "few" in Polish and in Arabic.
  assert.deepEqual(['en', 'pl', 'ar'].map(said), ['3 partners', '3 partnerów', '3 شركاء'].map((words) => [['ui.partners.all', words]]));
  it.write({ ...policy, version: policy.version + 1, recipients: undefined, services: [], purposes: policy.purposes.map((purpose) => ({ ...purpose, recipients: undefined })) });
  assert.deepEqual([it.run('build', 'policy.json', '-o', 'out').code, said('en')], [0, []]);
});

test('what a policy writes is text, whatever it looks like, and wins over the interface', (t) => {
  const policy = shop();
  policy.texts.en['ui.accept'] = '<b>Yes</b> **all** &amp; "more"';
  const it = owner(t, policy);
  assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
  assert.equal(bundle(it, 'en').texts['ui.accept'], '<b>Yes</b> **all** &amp; "more"');
  assert.equal(bundle(it, 'en').texts['ui.refuse'], english['ui.refuse']);
});

test('an override that is never read, or leaves something out, is named', (t) => {
  const policy = shop();
  Object.assign(policy.texts.en, { 'ui.acept': 'Yes', 'ui.banner.text': 'We use data for: {purposes}.', 'ui.choose': 'Pick' });
  const { code, stderr } = owner(t, policy).run('build', 'policy.json', '-o', 'out');
  assert.equal(code, 0);
  assert.deepEqual(stderr.trim().split('\n').map((line) => /^warning: (\S+): (.*)/.exec(line).slice(1)), [
    ['texts.en["ui.acept"]', 'the interface has no such text; take a key of consentkit/texts/en'],
    ['texts.en["ui.banner.text"]', 'it does not say {partners}, {notice}'],
  ]);
});

test('a language that is no tag is refused by check and build, and nothing is written', (t) => {
  for (const name of ['de_AT', 'german', 'a(b', '']) {
    const it = owner(t, speaking('en', name));
    for (const command of ['check', 'build']) refused(it.run(command, 'policy.json'), /POLICY_INVALID/, /pt-BR/, /texts\["/);
    assert.deepEqual(readdirSync(it.folder), ['policy.json']);
  }
});

/** The policy's languages, the default first → what a browser says → the language that is spoken. */
const READERS = [
  [['en', 'zh', 'zh-TW', 'pt', 'pt-BR', 'sr', 'sr-Latn', 'nb', 'he', 'id', 'fi'], {
    'zh-CN': 'zh', 'zh-SG': 'zh', 'zh-Hans-MY': 'zh', zh: 'zh', 'zh-TW': 'zh-TW', 'zh-HK': 'zh-TW', 'zh-MO': 'zh-TW', 'zh-Hant-HK': 'zh-TW',
    'pt-PT': 'pt', 'pt-AO': 'pt', 'pt-BR': 'pt-BR', 'sr-RS': 'sr', 'sr-Latn-RS': 'sr-Latn', 'sr-ME': 'sr-Latn',
    no: 'nb', 'nn-NO': 'nb', nb: 'nb', iw: 'he', in: 'id', 'fi-FI': 'fi', fil: 'en', 'de-AT': 'en', 'en-GB': 'en',
  }],
  [['zh-TW', 'en'], { 'zh-CN': 'zh-TW', 'zh-HK': 'zh-TW', 'en-US': 'en', fr: 'zh-TW' }],
  [['zh-Hant', 'zh-Hans'], { 'zh-CN': 'zh-Hans', 'zh-SG': 'zh-Hans', 'zh-TW': 'zh-Hant', 'zh-HK': 'zh-Hant', de: 'zh-Hant' }],
  [['pt-BR', 'pt'], { 'pt-BR': 'pt-BR', 'pt-PT': 'pt', de: 'pt-BR' }],
  [['en', 'de-CH'], { de: 'de-CH', 'de-AT': 'de-CH', 'de-CH': 'de-CH', fr: 'en' }],
  [['en', 'sr-Latn'], { 'sr-RS': 'sr-Latn', sr: 'sr-Latn', sh: 'sr-Latn' }],
];

for (const [languages, readers] of READERS) {
  test(`a page in ${languages.join(', ')} finds the language of its reader`, (t) => {
    const it = owner(t, speaking(...languages));
    assert.equal(it.run('build', 'policy.json', '-o', 'out').code, 0);
    const spoken = (page, browser) => bundle(it, asked(it.read('out/boot.js'), page, browser)).lang;
    for (const [tag, language] of Object.entries(readers)) {
      assert.equal(spoken('', [tag]), language, `a browser in ${tag}`);
      assert.equal(spoken('', ['xx', tag]), language, `a browser in ${tag} at second`);
      // Pages write their language in small letters, too.
      for (const page of [tag, tag.toLowerCase()]) assert.equal(spoken(page, ['fr', 'ja']), language, `a page in ${page}`);
    }
  });
}

/** The words of a first visit, which travel with the banner and are also a file of their own. */
function bundle(it, tag) {
  const words = it.read(`out/texts.${tag}.js`);
  assert.ok(it.read(`out/first.${tag}.js`).endsWith(words), tag);
  return JSON.parse(words.replace('export default ', ''));
}

/** Runs the boot script as a first visit does and answers with the language whose texts it asks for. */
function asked(code, page, languages) {
  const nothing = () => {};
  const element = { lang: page, dataset: {} };
  const window = {
    document: { documentElement: element, currentScript: { dataset: {}, src: 'https://shop.example/consent/boot.js' }, cookie: '', querySelectorAll: () => [], addEventListener: nothing, dispatchEvent: nothing },
    navigator: { languages }, location: { href: 'https://shop.example/' }, localStorage: {}, console, URL, addEventListener: nothing,
    MutationObserver: class { observe() {} }, CustomEvent: class {},
    load(url) {
      const [, tag] = /first\.([\w-]+)\.js$/.exec(url) ?? [];
      found ??= tag;
      return new Promise(nothing);
    },
  };
  let found;
  window.window = window;
  new Script(code.replace(/\bimport\(/g, 'load(')).runInContext(createContext(window));
  return found;
}
