// The interface's own texts, held against what is known of the languages elsewhere: CLDR by way of Intl, Unicode's scripts,
// character sets older than both, and the English texts.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BEYOND, BESIDES } from './alphabets.mjs';
import { repository } from './runner.mjs';

const folder = join(repository, 'js/src/ui/texts');
const read = (path) => readFileSync(join(repository, path), 'utf8');
const texts = Object.fromEntries(readdirSync(folder).map((name) => [name.replace('.json', ''), JSON.parse(read(`js/src/ui/texts/${name}`))]));
const { en } = texts;

/** Official languages of the European Union (Regulation No 1/1958, art. 1), and others that sites are read in. */
const EU = 'bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv';
const OTHERS = 'ar bn ca eu fa gl he hi id is ja ko mr ms nb pt-BR ru sr sr-Latn sw ta te th tr uk ur vi zh zh-TW';

/** Every finding in one message. `look` yields what is wrong with the texts of a language. */
function each(name, look) {
  test(name, () => {
    const found = Object.keys(texts).flatMap((lang) => [...look(lang, texts[lang])].map((it) => `${lang} ${it}`));
    assert.equal(found.length, 0, `\n${found.join('\n')}`);
  });
}

/** The texts that people see, with their placeholders, or with a space in their place. */
const shown = (lang) => Object.entries(texts[lang]).filter(([key]) => key.startsWith('ui.') && key !== 'ui.reviewed_by');
const bare = (text) => text.replace(/\{\w+\}/g, ' ');
const holders = (text) => [...text.matchAll(/\{\w+\}/g)].map(([it]) => it).sort();

test('there are texts in the languages that are promised, here, in the read-me and for bundlers', () => {
  const promised = `${EU} ${OTHERS}`.split(' ').sort();
  assert.deepEqual(Object.keys(texts).sort(), promised);
  const listed = /```text\n(ar [\s\S]*?)```/.exec(read('README.md'))?.[1].split(/\s+/).filter(Boolean);
  assert.deepEqual(listed, promised);
  const loaded = [...read('js/src/ui/words.ts').matchAll(/^ {2}'?([\w-]+)'?: \(\) => import\('\.\/texts\/([\w-]+)\.json'\),$/gm)];
  assert.deepEqual(loaded.map(([, name]) => name), promised);
  for (const [, name, file] of loaded) assert.equal(file, name);
});

each('it is said of every text who has reviewed it', function* (lang, it) {
  if (!it['ui.reviewed_by']) yield 'ui.reviewed_by is missing';
});

// ---- Plurals ----

const FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'];
const counted = Object.keys(en).filter((key) => `${key}.one` in en);
/** Category → the numbers of it; 0 has words of its own, and no site has ten thousand recipients. */
const known = {};
const categories = (lang) => (known[lang] ??= categoriesOf(new Intl.PluralRules(lang)));

function categoriesOf(rules) {
  const found = {};
  for (let n = 1; n < 10_000; n++) (found[rules.select(n)] ??= []).push(n);
  return found;
}

each('no key is missing or strange, and there are exactly the plural forms of the language', function* (lang, it) {
  assert.equal(Intl.PluralRules.supportedLocalesOf(lang).length, 1, `Node knows ${lang}`);
  const forms = Object.keys(categories(lang)).filter((form) => form !== 'other');
  const plain = Object.keys(en).filter((key) => !counted.some((of) => FORMS.some((form) => key === `${of}.${form}`)));
  const wanted = [...plain, ...counted.flatMap((key) => forms.map((form) => `${key}.${form}`))];
  for (const key of wanted) if (!(key in it)) yield `${key} is missing`;
  for (const key of Object.keys(it)) if (!wanted.includes(key)) yield `${key} is strange`;
});

each('the placeholders are those of English; the number may be a word where there is only one', function* (lang, it) {
  const numbers = categories(lang);
  for (const [key, text] of shown(lang)) {
    const of = counted.find((of) => FORMS.some((form) => key === `${of}.${form}`));
    const wanted = holders(en[of ?? key] ?? '');
    const single = of && numbers[key.slice(of.length + 1)]?.length === 1 ? wanted.filter((holder) => holder !== '{n}') : wanted;
    if (![wanted, single].some((list) => list.join() === holders(text).join())) yield `${key}: ${text}`;
  }
});

// ---- Script and letters ----

const SCRIPTS = {
  Arab: 'Arabic', Beng: 'Bengali', Cyrl: 'Cyrillic', Deva: 'Devanagari', Grek: 'Greek', Hans: 'Han', Hant: 'Han', Hebr: 'Hebrew',
  Kore: 'Hangul', Latn: 'Latin', Taml: 'Tamil', Telu: 'Telugu', Thai: 'Thai',
};
/** What is written in Latin letters everywhere. */
const LATIN = ['IP', 'GPC'];

each('every text is written in the script of its language', function* (lang, it) {
  const { script } = new Intl.Locale(lang).maximize();
  const letters = script === 'Jpan' ? /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u : new RegExp(`\\p{Script_Extensions=${SCRIPTS[script]}}`, 'u');
  for (const [key, text] of shown(lang)) {
    const words = bare(text).match(/[\p{L}\p{M}]+/gu) ?? [];
    const strange = words.filter((word) => !LATIN.includes(word) && [...word].some((letter) => !letters.test(letter)));
    if (strange.length || !words.some((word) => letters.test(word[0])) && key !== 'ui.centre.by') yield `${key}: ${strange.join(' ') || text}`;
  }
});

each('every letter is one of the language', function* (lang, it) {
  if (!(lang in BEYOND)) return;
  const latin = new Intl.Locale(lang).maximize().script === 'Latn' ? 'abcdefghijklmnopqrstuvwxyz' : '';
  const alphabet = new Set(latin + BEYOND[lang] + (BESIDES[lang] ?? ''));
  for (const [key, text] of shown(lang)) {
    const letters = [...bare(text).replace(/\b(?:IP|GPC)\b/g, '').normalize('NFC').matchAll(/\p{L}/gu)].map(([letter]) => letter);
    const strange = letters.filter((letter) => !alphabet.has(letter.toLocaleLowerCase(lang)));
    if (strange.length) yield `${key}: ${strange.join(' ')}`;
  }
});

test('Chinese is simplified or traditional', () => {
  /** The characters of a set of two bytes, by the decoder of the platform. */
  const set = (name, rows, cells) => {
    const decoder = new TextDecoder(name);
    const found = new Set();
    for (let row = rows[0]; row <= rows[1]; row++) for (const [from, to] of cells) for (let cell = from; cell <= to; cell++) found.add(decoder.decode(new Uint8Array([row, cell])));
    return found;
  };
  // GB 2312 has the characters of the mainland, Big5 those of Taiwan.
  const sets = { zh: set('gbk', [0xb0, 0xf7], [[0xa1, 0xfe]]), 'zh-TW': set('big5', [0xa4, 0xf9], [[0x40, 0x7e], [0xa1, 0xfe]]) };
  assert.ok(sets.zh.has('数') && !sets.zh.has('數') && sets['zh-TW'].has('數') && !sets['zh-TW'].has('数'));
  for (const [lang, known] of Object.entries(sets)) {
    const strange = shown(lang).flatMap(([key, text]) => [...text.matchAll(/\p{Script=Han}/gu)].map(([it]) => it).filter((it) => !known.has(it)).map((it) => `${key}: ${it}`));
    assert.deepEqual(strange, [], lang);
  }
});

test('Serbian in Latin letters is Serbian in Cyrillic letters', () => {
  // Vuk's alphabet: one letter for one letter, and three digraphs.
  const [from, to] = ['абвгдђежзијклмнопрстћуфхцчш', 'abvgdđežzijklmnoprstćufhcčš'].map((letters) => [...letters]);
  const latin = { ...Object.fromEntries(from.map((letter, index) => [letter, to[index]])), љ: 'lj', њ: 'nj', џ: 'dž' };
  const change = (letter) => {
    const small = letter.toLowerCase();
    const by = latin[small] ?? letter;
    return small === letter ? by : by[0].toUpperCase() + by.slice(1);
  };
  for (const [key, text] of Object.entries(texts.sr)) assert.equal(texts['sr-Latn'][key], [...text].map(change).join(''), key);
});

// ---- Words ----

/** Where a language has the same word as English. */
const SAME = {
  'ui.by.banner': 'da de id it mt nb nl pt-BR ro sv',
  'ui.partners': 'nl',
  'ui.partners.one': 'cs da et hr hu it nb nl pl sk sl sr-Latn sv',
  'ui.centre.by': 'da fr sv',
};

each('nothing is left in English', function* (lang, it) {
  if (lang === 'en') return;
  const may = (key) => SAME[key]?.split(' ').includes(lang) ?? false;
  for (const [key, text] of shown(lang)) if ((text === en[key]) !== may(key)) yield `${key}: ${text}${may(key) ? ' (needs no exception)' : ''}`;
});

each('a text is plain text: no markup, no stray spaces, no quotes of a typewriter', function* (lang, it) {
  for (const [key, text] of Object.entries(it)) {
    if (typeof text !== 'string' || !text.trim()) yield `${key} is no text`;
    else if (/[<>*_`#[\]\\|~]|&#?\w+;|https?:/.test(key === 'ui.reviewed_by' ? text : text.replace(/\{\w+\}/g, ''))) yield `${key} has markup: ${text}`;
    else if (/^\s|\s$|\s\s|[\t\n\r\u200b\u200e\u200f\ufeff\u202a-\u202e]/.test(text)) yield `${key} has stray spaces or marks: ${JSON.stringify(text)}`;
    else if (/["']/.test(text)) yield `${key} has a typewriter's quotes: ${text}`;
    else if (/\.\.\.|…|!|！/.test(text)) yield `${key} shouts or trails off: ${text}`;
    else if (text !== text.normalize('NFC')) yield `${key} is not composed`;
  }
});

/** Thai and Lao end a sentence with a space. */
const UNMARKED = ['th'];

each('a sentence ends as one, a question as one, and a label does not', function* (lang, it) {
  const kind = (text) => (/[?？؟;]$/.test(text) ? 'question' : /[.。।۔](\s?\{notice\})?$/.test(text) ? 'sentence' : 'label');
  if (UNMARKED.includes(lang)) return;
  // A short form ends with a full stop of its own.
  const short = ['ui.on', 'ui.off'];
  for (const [key, text] of shown(lang)) {
    const wanted = en[key] ?? en[counted.find((of) => key.startsWith(`${of}.`))];
    if (!short.includes(key) && kind(text) !== kind(wanted)) yield `${key}: ${text}`;
  }
});

each('spaces and marks are those of the language', function* (lang, it) {
  for (const [key, text] of shown(lang)) {
    const wrong = {
      fr: /[^\u202f][?;!]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»/,
      es: /^[^¿]*\?/,
      ar: /[?,;]/, fa: /[?,;]/, ur: /[?,;]|\.(\s|$)/,
      el: /\?/,
      hi: /\.(\s|$)/, bn: /\.(\s|$)/,
      ja: /[,.?:;()](\s|$)|[、。] /, zh: /[,.?:;](\s|$)|[，。：] /, 'zh-TW': /[,.?:;](\s|$)|[，。：] /,
      th: /[?.,;]/,
    }[lang]?.exec(text);
    if (wrong) yield `${key}: ${JSON.stringify(wrong[0])} in ${text}`;
    if (/→/.test(text) && ['ar', 'fa', 'he', 'ur'].includes(lang)) yield `${key}: the arrow points back`;
  }
});

each('what is quoted is the button, and no two buttons of a surface say the same', function* (lang, it) {
  if (!it['ui.separate.text'].includes(it['ui.accept'])) yield `ui.separate.text does not quote “${it['ui.accept']}”`;
  for (const surface of [['refuse', 'accept', 'choose', 'save', 'close', 'withdraw'], ['no', 'yes'], ['once', 'always', 'embed.link'], ['on', 'off']]) {
    const words = surface.map((key) => it[`ui.${key}`]);
    if (new Set(words).size !== words.length) yield `one of ${words.join(' | ')} is there twice`;
  }
  for (const key of ['ui.fixed', 'ui.guardian', 'ui.separate']) if (it[`${key}.on`] === it[`${key}.off`]) yield `${key}: on and off are the same`;
});

each('the two answers are of like length, no longer than a button of a small screen', function* (lang, it) {
  const width = (text) => [...new Intl.Segmenter(lang).segment(text)].length * (/^(ja|ko|zh)/.test(lang) ? 2 : 1);
  for (const pair of [['ui.refuse', 'ui.accept'], ['ui.no', 'ui.yes']]) {
    const [a, b] = pair.map((key) => width(it[key]));
    // EDPB guidelines 03/2022: neither may weigh more. The policy's own words are held to the same by `lint`.
    if (Math.max(a, b) > 2 * Math.min(a, b)) yield `${pair.join(' and ')} are of unlike length: ${pair.map((key) => it[key]).join(' | ')}`;
    if (Math.max(a, b) > 28) yield `${pair.join(' and ')}: too long`;
  }
});
