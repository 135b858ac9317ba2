// The interface in every language it has, at the width of a small phone and above: no word sticks out of a button, no state
// lies over other words, the two answers stay equal, and the direction is that of the script.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { engines } from './lib/browsers.mjs';
import { listen } from './lib/listen.mjs';
import { repository, TYPES } from './lib/paths.mjs';
import { consentkit, tarball } from './lib/site.mjs';

const languages = readdirSync(join(repository, 'js/src/ui/texts')).map((name) => name.replace('.json', ''));

/** Small phones; where the centre becomes a window; where the banner becomes a bar. */
const WIDTHS = [320, 600, 960];

/** Numbers and what grammars say of them: CLDR's sample numbers for the categories of each language. */
const PARTNERS = {
  en: { 1: '1 partner', 2: '2 partners' },
  fr: { 1: '1 partenaire', 2: '2 partenaires' },
  ar: { 1: 'شريك واحد', 2: 'شريكان', 3: '3 شركاء', 11: '11 شريكًا', 100: '100 شريك' },
  lv: { 1: '1 partneris', 2: '2 partneri', 10: '10 partneru', 21: '21 partneris' },
  pl: { 1: '1 partner', 2: '2 partnerów', 5: '5 partnerów' },
  ru: { 1: '1 партнёр', 2: '2 партнёра', 5: '5 партнёров', 21: '21 партнёр' },
  sl: { 1: '1 partner', 2: '2 partnerja', 3: '3 partnerji', 5: '5 partnerjev', 101: '101 partner' },
  ja: { 1: '1 社のパートナー', 2: '2 社のパートナー' },
};

for (const engine of engines) {
  test(`every language fits and reads in its direction [${engine.name}]`, { skip: !tarball && 'set CONSENTKIT_TARBALL', timeout: 600_000 }, async (t) => {
    const site = await createSite();
    t.after(site.stop);
    const driver = await engine.start({ size: [1280, 900] });
    t.after(driver.done);
    const { readable, unreadable } = withFonts();
    if (unreadable.length) t.diagnostic(`not measured, no font has its letters: ${unreadable.join(', ')} (apt-get install fonts-noto-core fonts-wqy-zenhei)`);
    await driver.get(`${site.origin}/index.html`);
    const frame = await driver.findElement({ css: 'iframe' });
    const run = (code, ...args) => driver.executeAsyncScript(`const done = arguments[arguments.length - 1]; Promise.resolve((${code})(...arguments)).then(done, (error) => done([String(error?.stack ?? error)]))`, ...args);

    const found = [];
    for (const width of WIDTHS) {
      await driver.executeScript('arguments[0].width = arguments[1]', frame, width);
      await driver.switchTo().frame(frame);
      await run('async () => { while (!window.ready) await new Promise((turn) => setTimeout(turn, 50)); }');
      assert.equal(await driver.executeScript('return innerWidth'), width);
      // A few at a time: a driver does not wait long for one answer.
      for (let at = 0; at < readable.length; at += 5) {
        const some = readable.slice(at, at + 5).map((lang) => [lang, direction(lang)]);
        found.push(...(await run('async (list) => { const found = []; for (const [lang, dir] of list) found.push(...await window.measure(lang, dir)); return found; }', some)));
      }
      if (width === WIDTHS[0]) await t.test('a number has the form that the language gives it', () => partners(run));
      await driver.switchTo().defaultContent();
    }
    assert.equal(found.length, 0, `\n${found.join('\n')}`);
  });
}

async function partners(run) {
  for (const [lang, numbers] of Object.entries(PARTNERS)) {
    for (const [count, words] of Object.entries(numbers)) {
      assert.equal(western(await run('(lang, count) => window.partners(lang, count)', lang, Number(count))), words, lang);
    }
  }
}

/** Which digits are usual for Arabic is a matter of the engine's ICU; the words around them are ours. */
const western = (words) => words.replace(/[٠-٩]/g, (digit) => '٠١٢٣٤٥٦٧٨٩'.indexOf(digit));

/** By the script, as CLDR knows it. */
const direction = (lang) => (['Arab', 'Hebr'].includes(new Intl.Locale(lang).maximize().script) ? 'rtl' : 'ltr');

/** Boxes in place of letters have other widths. Where nobody can be asked for fonts, all are taken to be there. */
function withFonts() {
  const words = (lang) => JSON.parse(readFileSync(join(repository, `js/src/ui/texts/${lang}.json`), 'utf8'))['ui.accept'];
  const has = (lang) => {
    const letters = [...new Set(words(lang).match(/\p{L}/gu))].map((letter) => letter.codePointAt(0).toString(16));
    const { error, stdout } = spawnSync('fc-list', [`:charset=${letters.join(' ')}`, 'family'], { encoding: 'utf8' });
    return Boolean(error) || stdout.trim() !== '';
  };
  const readable = languages.filter(has);
  return { readable, unreadable: languages.filter((lang) => !readable.includes(lang)) };
}

/** A site with a policy in every language, and the page that draws it in a frame. */
async function createSite() {
  const folder = mkdtempSync(join(tmpdir(), 'ck-texts-'));
  const purposes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((id) => ({ id, kinds: ['stats_other'], recipients: ['acme'], data: [{ category: 'visits', retention: 'P13M' }] }));
  const own = { 'data.visits.name': 'Visits', ...Object.fromEntries(purposes.flatMap(({ id }) => [[`${id}.name`, 'Visit counts'], [`${id}.text`, 'Counts pages and clicks, so that we can mend what does not work.']])) };
  writeFileSync(join(folder, 'policy.json'), JSON.stringify({
    site: 'texts.example', version: 1, withdrawalUrl: '/privacy', noticeUrl: '/privacy', controllers: [{ id: 'c', name: 'Shop' }],
    recipients: [{ id: 'acme', name: 'Acme', country: 'US' }], dataCategories: [{ id: 'visits' }], purposes,
    services: [{ id: 'map', name: 'Acme', needs: ['b'] }],
    texts: Object.fromEntries(languages.map((lang) => [lang, own])),
  }));
  const { code, stdout, stderr } = await consentkit('build', join(folder, 'policy.json'), '-o', join(folder, 'consent'));
  assert.equal(code, 0, stdout + stderr);
  const pages = {
    '/index.html': '<!doctype html><title>Texts</title><iframe src="/frame.html" width="320" height="800" title="Texts"></iframe>',
    '/frame.html': '<!doctype html><html><head><meta charset="utf-8"><title>Texts</title><style>body { margin: 0 }</style></head><body><iframe data-src="/nowhere" data-category="b" data-service="map" title="Map"></iframe><script type="module" src="/texts-page.js"></script></body></html>',
    '/texts-page.js': readFileSync(new URL('./lib/texts-page.js', import.meta.url), 'utf8'),
  };
  const server = await listen('texts', (_, response, { pathname }) => {
    const body = pages[pathname] ?? (pathname.startsWith('/consent/') ? readFileSync(join(folder, pathname)) : null);
    if (body === null) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': TYPES[/\.\w+$/.exec(pathname)[0]] }).end(body);
  });
  return {
    origin: server.origin,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
