// The end-to-end story: the packed package, a real browser, the real backend with its SQLite file.

import assert from 'node:assert/strict';
import { diesAfterClick } from './lib/acts.mjs';
import { pause } from './lib/page.mjs';
import { story } from './lib/world.mjs';

const ENGINE = /\/engine[^/]*$/;
const RESEARCH = (policy) => {
  policy.version = 2;
  policy.purposes.push({ id: 'research', kinds: ['stats_other'], recipients: ['countwise'], data: [{ category: 'visits', retention: 'P2M' }] });
  for (const [texts, name] of [[policy.texts.en, 'Taste research'], [policy.texts.de, 'Geschmacksforschung']]) {
    texts['research.name'] = name;
    texts['research.text'] = `${name}.`;
  }
};

for (const inline of [false, true]) {
  const how = inline ? 'inline boot' : 'external boot';

  story(`first visit, refused: nothing gated fires (${how})`, { inline }, async (world) => {
    const { page, third, backend } = world;
    await page.open();
    await page.banner();
    await pause(1_000);
    assert.deepEqual(third.fired(), [], 'no gated script, frame or request before an answer');
    assert.deepEqual(await page.cookies(), [], 'nothing is stored before an answer');
    await samePair(page);

    await page.answer('refuse');
    const [record] = await backend.settle(1);
    assert.deepEqual(given(record), []);
    assert.deepEqual(refused(record), ['analytics', 'functionality', 'marketing']);
    await page.reload();
    assert.ok(await page.quiet(), 'nobody is asked twice');
    assert.deepEqual(third.fired(), []);
  });

  story(`analytics only: it runs, the rest stays blocked, the record is complete (${how})`, { inline }, async (world) => {
    await analyticsOnly(world);
  });
}

story('accept all starts everything, once', {}, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  const expected = ['ads POST /beacon', 'analytics POST /hit', 'maps GET /map.html'];
  await page.until(() => expected.every((hit) => third.fired().includes(hit)), 'all three run');
  const [record] = await backend.settle(1);
  assert.deepEqual(given(record), ['analytics', 'functionality', 'marketing']);
  for (const file of ['analytics GET /countwise.js', 'ads GET /adlumen.js', 'maps GET /map.html']) {
    assert.equal(third.fired().filter((hit) => hit === file).length, 1, `${file} is loaded once`);
  }
});

story('a notice in German gives a record in German', { lang: 'de', browser: { lang: 'de' } }, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  assert.match(await page.text('ck-banner'), /Besuchszählung/);
  await page.answer('refuse');
  const [record] = await backend.settle(1);
  assert.equal(record.language, 'de');
});

story('load once shows the map on this page only', {}, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('refuse');
  await backend.settle(1);
  await page.click('ck-embed', 'once');
  await page.until(() => third.fired().includes('maps GET /map.js'), 'the map is loaded');
  third.forget();
  await page.reload();
  await page.until(() => page.part('ck-embed', 'once'), 'the placeholder is back');
  assert.deepEqual(third.fired(), []);
  await backend.settle(1);
});

story('the tab dies before the engine has arrived: the click holds, one record', {}, async (world) => {
  assert.deepEqual(given(await diesAfterClick(world)), ['analytics', 'functionality', 'marketing']);
});

story('the backend is down: the choice holds and is delivered once', { backend: 'down' }, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(() => third.fired().includes('analytics POST /hit'), 'the choice holds');
  await pause(2_000);
  await page.reload();
  assert.ok(await page.quiet());
  await backend.start();
  await page.reload();
  const [record] = await backend.settle(1, { within: 30_000 });
  assert.deepEqual(given(record), ['analytics', 'functionality', 'marketing']);
  await page.reload();
  await page.open('/privacy.html');
  await backend.settle(1, { linger: 3_000 });
  assert.ok(!Object.keys(await page.storage()).some((key) => /:w:/.test(key)), 'the record is marked as acknowledged');
});

story('a new purpose is asked alone, the old answers stand', {}, async ({ page, third, backend, deploy }) => {
  await page.open();
  await page.banner();
  await page.click('ck-banner', 'choose');
  await chooseAnalytics(page);
  await backend.settle(1);

  await deploy(RESEARCH);
  third.forget();
  await page.reload();
  await page.banner();
  await page.until(() => third.fired().includes('analytics POST /hit'), 'the old yes stands while the new question is open');
  const asked = await page.text('ck-banner');
  assert.match(asked, /Taste research/);
  assert.doesNotMatch(asked, /Visit counts|Ads on other sites/);
  await page.openCentre();
  assert.match(await page.text('ck-centre'), /Taste research New since your last visit/, 'the centre shows what is new');
  await page.click('ck-centre', 'close');

  await page.answer('refuse');
  const [, second] = await backend.settle(2);
  assert.equal(second.policyVersion, 2);
  assert.equal(second.answers.research, 'refused');
  third.forget();
  await page.reload();
  await page.until(() => third.fired().includes('analytics POST /hit'), 'refusing the new purpose leaves the old yes');
  assert.ok(await page.quiet());
});

story('a new recipient is asked again and named', {}, async ({ page, third, backend, deploy }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  await deploy((policy) => {
    policy.version = 2;
    policy.recipients.push({ id: 'heatly', name: 'Heatly S.A.', country: 'FR' });
    policy.purposes.find(({ id }) => id === 'analytics').recipients.push('heatly');
  });
  third.forget();
  await page.reload();
  await page.banner();
  const asked = await page.text('ck-banner');
  assert.match(asked, /Visit counts/);
  assert.match(asked, /Heatly/);
  assert.doesNotMatch(asked, /Ads on other sites/);
  await page.until(() => third.fired().includes('ads POST /beacon'), 'what has not changed goes on');
});

story('a change of wording asks nobody', {}, async ({ page, third, backend, deploy, site }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  await deploy((policy) => {
    policy.version = 2;
    policy.texts.en['analytics.text'] = 'Counts pages, so that we can mend what does not work.';
  });
  third.forget();
  site.log.splice(0);
  await page.reload();
  await page.until(() => third.fired().includes('analytics POST /hit'), 'analytics runs');
  assert.ok(await page.quiet());
  assert.deepEqual(site.requests(/\.wasm$/), [], 'not even the engine is needed');
});

story('withdrawing in the centre stops a service and clears what it left', {}, async ({ page, third, backend, driver }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(async () => (await page.cookies()).includes('_cw'), 'Countwise has its cookie');
  await page.until(async () => (await driver.manage().getCookies()).some(({ name }) => name === '_cw_sid'), 'and its HttpOnly cookie');
  await backend.settle(1);
  await page.run(`
    window.stopped = [];
    window.ConsentKit.onWithdraw('countwise', () => { window.stopped.push('countwise'); window.countwise.stop(); });`);

  await page.save({ analytics: false });
  await page.until(() => page.run('return window.stopped.length === 1'), 'onWithdraw runs once');
  await page.until(async () => !(await page.cookies()).includes('_cw'), 'the cookie is cleared');
  assert.equal((await page.storage())['cw.visitor'], undefined);
  assert.ok((await page.cookies()).includes('_al_id'), 'the other services keep theirs');
  const { events, lines } = await page.seen();
  const report = JSON.stringify([events.filter(({ name }) => name === 'withdraw'), lines, await page.run('return window.ConsentKit.diagnostics()')]);
  assert.match(report, /_cw_sid/, 'what cannot be cleared is reported');

  const [, record] = await backend.settle(2);
  assert.equal(record.answers.analytics, 'withdrawn');
  assert.equal(record.answers.marketing, 'given');
  assert.equal(record.control, 'centre.save');
  third.forget();
  await page.reload();
  await page.until(() => third.fired().includes('ads POST /beacon'), 'the others start');
  assert.deepEqual(third.fired().filter((hit) => hit.startsWith('analytics')), [], 'nothing of it starts again');
  assert.equal(await page.granted('analytics'), false);
});

story('living code writes its traces again: the next start clears them', {
  policy: (policy) => policy.services.forEach((service) => (service.reloadOnWithdraw = false)),
}, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(async () => (await page.cookies()).includes('_al_id'), 'Adlumen has its cookie');
  await backend.settle(1);
  await page.save({ marketing: false });
  await page.until(async () => (await page.cookies()).includes('_al_id'), 'the script that cannot be stopped writes it again');
  third.forget();
  await page.open('/privacy.html');
  await page.until(async () => !(await page.cookies()).includes('_al_id'), 'the next start clears it');
  assert.equal((await page.storage())['al:seen'], undefined);
  await pause(1_500);
  assert.ok(!(await page.cookies()).includes('_al_id'));
  assert.deepEqual(third.fired().filter((hit) => hit.startsWith('ads')), []);
  await backend.settle(2);
});

story('a service that asks for it is ended by a reload', {}, async ({ page, third, backend, site }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(async () => (await page.cookies()).includes('_al_id'), 'Adlumen has its cookie');
  await backend.settle(1);
  await page.run('window.same = true');
  third.forget();
  await page.openCentre();
  await page.set('marketing', false);
  await page.click('ck-centre', 'save');
  await page.until(async () => (await page.run('return window.same !== true && document.readyState === "complete"')), 'the page reloads itself');
  await page.until(async () => !(await page.cookies()).includes('_al_id'), 'nothing is left of it');
  await pause(1_500);
  assert.ok(!(await page.cookies()).includes('_al_id'), 'and nothing writes it again');
  assert.deepEqual(third.fired().filter((hit) => hit.startsWith('ads')), []);
  assert.equal(site.requests(/^\/$/).length, 2, 'one reload, not a loop of them');
  await backend.settle(2);
});

story('withdraw everything is one click in the centre', {}, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  await page.openCentre();
  await page.click('ck-centre', 'withdraw');
  const [, record] = await backend.settle(2);
  for (const item of ['analytics', 'functionality', 'marketing']) assert.equal(record.answers[item], 'withdrawn');
  third.forget();
  await page.open('/');
  assert.ok(await page.quiet(), 'nobody is asked again');
  assert.deepEqual(third.fired(), []);
});

story('WebAssembly forbidden by CSP: the same story through the fallback', {
  csp: { wasm: false },
  violations: /wasm-eval/,
}, async (world) => {
  await analyticsOnly(world);
  assert.ok(world.allRequests.some(({ path }) => /engine-fallback/.test(path)), 'the fallback has been loaded');
  const { page, backend, third } = world;
  await page.save({ analytics: false });
  const [, record] = await backend.settle(2);
  assert.equal(record.answers.analytics, 'withdrawn');
  third.forget();
  await page.reload();
  assert.ok(await page.quiet());
  assert.deepEqual(third.fired(), []);
});

story('Trusted Types are enforced: the same story', { csp: { trustedTypes: true } }, async (world) => {
  await analyticsOnly(world);
});

story('JavaScript is off: nothing gated runs', { browser: { javascript: false } }, async ({ page, third, backend }) => {
  await page.open();
  await page.open('/tall-vase.html');
  await pause(1_000);
  assert.deepEqual(third.fired(), []);
  assert.deepEqual(await backend.records(), []);
});

/** First visit, analytics only in the centre, a complete record, a returning visit without the engine. */
async function analyticsOnly(world) {
  const { page, third, backend, site, policy } = world;
  await page.open();
  await page.banner();
  const before = Date.now();
  await page.click('ck-banner', 'choose');
  await chooseAnalytics(page);
  const after = Date.now();

  await page.until(() => third.fired().includes('analytics POST /hit'), 'analytics runs');
  const [record] = await backend.settle(1);
  assert.deepEqual(third.fired().filter((hit) => !hit.startsWith('analytics')), [], 'ads and map stay blocked');
  assert.equal(record.site, policy.site);
  assert.equal(record.policyVersion, policy.version);
  assert.equal(record.language, 'en');
  assert.match(record.noticeHash, /^[\w-]{16,}$/);
  assert.match(record.subject, /^[\w-]{16,}$/);
  assert.equal(record.control, 'centre.save');
  assert.ok(record.at >= before && record.at <= after);
  assert.deepEqual(given(record), ['analytics']);
  assert.deepEqual(refused(record), ['functionality', 'marketing'], 'every item is explicit');

  const { events } = await page.seen();
  assert.deepEqual(events.filter(({ name }) => name === 'first-consent').map(({ detail }) => detail.control), ['centre.save']);
  const { detail } = events.findLast(({ name }) => name === 'consent' || name === 'change' || name === 'first-consent');
  assert.ok(detail.granted.includes('analytics') && !detail.granted.includes('marketing'));
  assert.ok(detail.services.includes('countwise') && !detail.services.includes('adlumen'));

  world.allRequests = site.log.splice(0);
  third.forget();
  await page.reload();
  await page.until(() => third.fired().includes('analytics POST /hit'), 'analytics runs at once on the next page');
  assert.ok(await page.quiet(3_000), 'no banner');
  assert.equal(await page.granted('analytics'), true);
  assert.equal(await page.granted('marketing'), false);
  assert.deepEqual(site.requests(ENGINE).map(({ path }) => path), [], 'WebAssembly is not requested at all');
  const names = (await page.seen()).events.map(({ name }) => name);
  assert.ok(names.includes('consent') && !names.includes('first-consent'), `events of a returning visit: ${names}`);
  assert.deepEqual(third.fired().filter((hit) => !hit.startsWith('analytics')), []);
}

/** In the open centre: analytics on, everything else off, save. */
async function chooseAnalytics(page) {
  for (const [key, on] of [['analytics', true], ['functionality', false], ['marketing', false]]) await page.set(key, on);
  await page.click('ck-centre', 'save');
  await page.until(async () => !(await page.asks()), 'the banner goes away');
}

/** "Reject all" is as prominent as "Accept all": the same box, the same colours, the same type. */
async function samePair(page) {
  const measure = `
    const box = arguments[0].getBoundingClientRect();
    const style = getComputedStyle(arguments[0]);
    const names = ['color', 'backgroundColor', 'borderTopColor', 'borderTopWidth', 'fontSize', 'fontWeight', 'opacity', 'boxShadow', 'textDecorationLine'];
    return { width: Math.round(box.width), height: Math.round(box.height), ...Object.fromEntries(names.map((name) => [name, style[name]])) };`;
  const [refuse, accept] = await Promise.all(['refuse', 'accept'].map(async (name) => page.run(measure, await page.part('ck-banner', name))));
  assert.deepEqual(refuse, accept, 'the two answers look alike');
  assert.ok(refuse.height >= 44, 'a target of 44 px');
}

const inState = (record, state) => Object.keys(record.answers).filter((item) => record.answers[item] === state).sort();
const given = (record) => inState(record, 'given').filter((item) => item !== 'necessary');
const refused = (record) => inState(record, 'refused');

// The first use of Intl is tens of milliseconds on a slow phone: the build has asked it already. Whatever is asked later may.
const ASKED = `<script>
  window.asked = [];
  for (const name of ['ListFormat', 'PluralRules', 'NumberFormat', 'DateTimeFormat', 'DisplayNames']) {
    Intl[name] = new Proxy(Intl[name], { construct: (it, given) => (asked.push(name), Reflect.construct(it, given)) });
  }
  for (const it of [Number, Date]) {
    const { toLocaleString } = it.prototype;
    it.prototype.toLocaleString = function (...given) { asked.push(it.name); return toLocaleString.apply(this, given); };
  }
</script>`;

story('the banner of a first visit, with partners and purposes in a sentence, asks nothing of Intl; the centre does', { csp: false, edit: (html) => html.replace('<head>', () => `<head>${ASKED}`) }, async ({ page, policy }) => {
  await page.open();
  await page.banner();
  const said = await page.text('ck-banner');
  assert.match(said, new RegExp(`${policy.recipients.length} partners`));
  assert.match(said, /Maps, Visit counts, and Ads on other sites|Maps, Visit counts and Ads on other sites/);
  assert.deepEqual(await page.run('return asked'), []);
  await page.openCentre();
  assert.notDeepEqual(await page.run('return asked'), [], 'and it is noticed');
});

story('the words of a first visit serve whatever is opened next, until the page speaks another language', {}, async ({ page, site }) => {
  await page.open();
  await page.banner();
  await page.openCentre();
  assert.match(await page.text('ck-centre'), /Visit counts/);
  const asked = (name) => site.log.filter(({ path }) => path.includes(`/${name}.`)).length;
  assert.deepEqual([asked('first'), asked('texts')], [1, 0], 'they are here already');
  await page.click('ck-centre', 'close');
  await page.run('document.documentElement.lang = "de"');
  await page.openCentre();
  await page.until(async () => /Besuchszählung/.test(await page.text('ck-centre')), 'the centre in German');
});
