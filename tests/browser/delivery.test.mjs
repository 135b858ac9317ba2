// A newer policy, signed, reaches pages that are already deployed; a forged, an older or a broken one changes nothing.

import assert from 'node:assert/strict';
import { viteProject } from './lib/empty-project.mjs';
import { SITE, delivered, hasLooked, saying, signed } from './lib/delivery.mjs';
import { pause } from './lib/page.mjs';

const ENGINE = /\/engine[^/]*$/;
const KEPT = `ck:${SITE}:p`;

/** A purpose more: it must be asked. */
const RESEARCH = (policy) => {
  policy.version = 2;
  policy.purposes.push({ id: 'research', kinds: ['stats_other'], recipients: ['countwise'], data: [{ category: 'visits', retention: 'P2M' }] });
  for (const [texts, name] of [[policy.texts.en, 'Taste research'], [policy.texts.de, 'Geschmacksforschung']]) {
    texts['research.name'] = name;
    texts['research.text'] = `${name}.`;
  }
};

/** A purpose means something else: a yes to it counts no longer. */
const OTHERWISE = (id) => (policy) => {
  policy.version = 2;
  policy.purposes.find((it) => it.id === id).method = 'in another way';
};

/** Nobody needs to be asked about visit counts any more. */
const NECESSARY = (policy) => {
  policy.version = 2;
  policy.purposes.find((it) => it.id === 'analytics').kinds = ['necessary'];
};

const answered = async ({ page, backend }, answer = 'refuse') => {
  await page.open();
  await page.banner();
  await page.answer(answer);
  await backend.settle(1);
};
const asksFor = (page, words) => page.until(async () => words.test(await page.text('ck-banner')), `the banner names ${words}`);
const kept = async (page) => (await page.storage())[KEPT];

delivered('a deployed page learns of a newer policy and asks at once; the next pages begin with it, until the site is deployed anew', {}, async (world) => {
  const { page, owner, backend, site, visit, deploy } = world;
  await answered(world);
  await owner.publish(world.policy, RESEARCH);
  const before = site.requests(ENGINE).length;
  await visit();
  await asksFor(page, /Taste research/);
  assert.ok(site.requests(ENGINE).length > before, 'only now is the engine loaded');
  assert.doesNotMatch(await page.text('ck-banner'), /Visit counts/, 'what was answered is not asked again');
  await page.until(() => kept(page), 'it is kept');
  await page.answer('accept');
  const [, record] = await backend.settle(2);
  assert.deepEqual([record.policyVersion, record.answers.research, record.answers.analytics], [2, 'given', 'left']);
  assert.equal(await page.granted('research'), true);

  await page.open('/tall-vase.html');
  await page.until(() => page.granted('research'), 'the answer counts on the next page, which is as old');
  assert.ok(await page.quiet(), 'nobody is asked twice');
  assert.deepEqual(await page.coded(), []);

  await deploy(RESEARCH);
  await page.open();
  assert.equal(await page.granted('research'), true, 'boot replays what the newer policy has led to');
  await page.run('void window.ConsentKit.client()');
  await page.until(async () => !(await kept(page)), 'what the page brings itself is kept no longer');
  assert.ok(await page.quiet());
  assert.deepEqual(await page.coded(), []);
  await backend.settle(2);
});

delivered('a first visit: the banner is drawn anew, in the words of the newer policy, and one answer is one record', { inline: true }, async ({ page, third, owner, backend, policy }) => {
  await owner.publish(policy, RESEARCH);
  await page.open();
  await page.banner();
  assert.doesNotMatch(await page.text('ck-banner'), /Taste research/);
  await asksFor(page, /Taste research/);
  assert.equal(await page.run('return document.querySelectorAll("ck-banner").length'), 1);
  assert.deepEqual(third.fired(), []);
  await page.answer('accept');
  const [record] = await backend.settle(1);
  assert.deepEqual([record.policyVersion, record.answers.research, record.answers.analytics], [2, 'given', 'given']);
  await page.until(() => third.fired().includes('analytics POST /hit'), 'what was accepted runs');
  await page.open();
  await page.until(() => page.granted('research'), 'the next page');
  assert.ok(await page.quiet());
});

delivered('what loses its consent is stopped at once, its traces are cleared, and it is asked again', {}, async (world) => {
  const { page, third, owner, visit } = world;
  await answered(world, 'accept');
  await page.until(() => third.fired().includes('analytics POST /hit'), 'it runs');
  await owner.publish(world.policy, OTHERWISE('analytics'));
  await visit();
  await asksFor(page, /Visit counts/);
  assert.deepEqual([await page.granted('analytics'), await page.granted('marketing')], [false, true]);
  const { events } = await page.seen();
  const told = events.filter(({ name }) => name === 'withdraw' || name === 'change').map(({ name, detail }) => [name, detail.service ?? detail.changed]);
  assert.deepEqual(told, [['withdraw', 'countwise'], ['change', ['analytics']]]);
  assert.ok(!(await page.cookies()).some((name) => name.startsWith('_cw')), 'its cookies are gone');
  third.forget();
  await page.open('/tall-vase.html');
  await page.banner();
  await pause(700);
  assert.ok(!third.fired().some((hit) => hit.startsWith('analytics')), 'it does not run on the next page');
});

delivered('a service that cannot be stopped reloads the page, once', {}, async (world) => {
  const { page, third, owner, site, visit } = world;
  await answered(world, 'accept');
  await owner.publish(world.policy, OTHERWISE('marketing'));
  await visit();
  await page.until(() => site.seen.some(({ events }) => events.some(({ name, detail }) => name === 'withdraw' && detail.service === 'adlumen')), 'it is withdrawn and the page left');
  await page.banner();
  third.forget();
  const loads = site.seen.length;
  await pause(5_000);
  assert.equal(site.seen.length, loads, 'the page stays');
  assert.ok(await page.asks());
  assert.ok(!third.fired().some((hit) => hit.startsWith('ads')));
});

delivered('where it cannot be kept, it holds on the page, and nothing reloads for ever', {
  before: `{
    const real = Storage.prototype.setItem;
    Storage.prototype.setItem = function (key, value) {
      if (/:p$/.test(key)) throw new DOMException('full by the test', 'QuotaExceededError');
      return real.call(this, key, value);
    };
  }`,
}, async (world) => {
  const { page, owner, site, visit } = world;
  await answered(world, 'accept');
  await owner.publish(world.policy, OTHERWISE('marketing'));
  const loads = site.seen.length;
  await visit();
  await page.banner();
  assert.equal(await page.granted('marketing'), false);
  assert.match((await page.coded()).join(), /DELIVERY_NOT_STORED/);
  await pause(3_500);
  assert.equal(site.seen.length, loads + 1, 'only the page before this one was left');
  assert.equal(await kept(page), undefined);
});

delivered('nothing is loosened under the eyes of a person who has been asked', {}, async ({ page, third, owner, policy }) => {
  await owner.publish(policy, NECESSARY);
  await page.open();
  await page.banner();
  await page.until(() => kept(page), 'the newer policy holds');
  await page.until(async () => (await page.asks()) && !/Visit counts/.test(await page.text('ck-banner')), 'the banner no longer asks for it');
  await pause(700);
  assert.deepEqual([await page.granted('analytics'), third.fired()], [false, []]);
  await page.open();
  await page.until(() => third.fired().includes('analytics POST /hit'), 'on the next page it is on');
});

delivered('records under way when another engine takes over arrive once', {}, async ({ page, owner, between, backend, visit, policy }) => {
  await page.open();
  await page.banner();
  await pause(2_500);
  await owner.publish(policy, RESEARCH);
  const [release, deliver] = [between.hold('sync'), between.hold('policy')];
  await visit();
  await page.answer('accept');
  deliver();
  await asksFor(page, /Taste research/);
  release();
  const [record] = await backend.settle(1);
  assert.equal(record.policyVersion, 1, 'it was answered under the older policy');
  await page.until(() => page.run('return window.ConsentKit.diagnostics().then(({ waiting }) => waiting === 0)'), 'nothing waits any longer');
});

delivered('the open centre is drawn anew and answers nothing by itself', {}, async (world) => {
  const { page, owner, backend, between, visit } = world;
  await answered(world);
  // Held back, its question would end with the page and be noted only then; later, it would find the newer policy.
  await page.until(() => hasLooked(page), 'the page before has asked');
  await owner.publish(world.policy, RESEARCH);
  const deliver = between.hold('policy');
  await visit();
  await page.openCentre();
  assert.doesNotMatch(await page.text('ck-centre'), /Taste research/);
  deliver();
  await page.until(async () => /Taste research/.test(await page.text('ck-centre')), 'the centre shows the newer policy');
  await page.until(() => page.run('return document.querySelectorAll("ck-centre").length === 1'), 'once');
  await page.set('research', true);
  await page.click('ck-centre', 'save');
  const [, record] = await backend.settle(2);
  assert.deepEqual([record.policyVersion, record.answers.research, record.answers.marketing], [2, 'given', 'refused']);
});

delivered('other tabs take it over at once', {}, async (world) => {
  const { page, owner, driver, between, visit } = world;
  await answered(world);
  const tabs = [await driver.getWindowHandle()];
  for (const engine of [false, true]) {
    await driver.switchTo().newWindow('tab');
    await page.open();
    if (engine) await page.run('return window.ConsentKit.client().then(() => true)');
    tabs.push(await driver.getWindowHandle());
  }
  await owner.publish(world.policy, RESEARCH);
  // Whichever of them looks, the others learn it from that one.
  await visit('/tall-vase.html');
  for (const tab of tabs) {
    await driver.switchTo().window(tab);
    await asksFor(page, /Taste research/);
  }
  assert.equal(between.asked.filter(({ status }) => status === 200).length, 2, 'one before the newer policy was there, one after');
});

delivered('the words come in the language of the page, also when it was delivered in another', { lang: 'de', browser: { lang: 'de' } }, async (world) => {
  const { page, owner, site, between, visit } = world;
  await answered(world);
  await owner.publish(world.policy, RESEARCH);
  await visit();
  await asksFor(page, /Geschmacksforschung/);
  site.set.lang = 'en';
  await page.open();
  await asksFor(page, /Taste research/);
  assert.deepEqual([...new Set(between.asked.map(({ path }) => path))], [`/v1/policy/${SITE}/de`, `/v1/policy/${SITE}/en`]);
  assert.deepEqual(await page.coded(), []);
});

delivered('a language that the newer policy has lost: the default speaks', { lang: 'de', browser: { lang: 'de' } }, async (world) => {
  const { page, owner, between, visit } = world;
  await answered(world);
  await owner.publish(world.policy, RESEARCH);
  const english = owner.envelope();
  between.answer = (response) => (between.asked.at(-1).path.endsWith('/en') ? saying(english) : saying('{}', 404))(response);
  await visit();
  await asksFor(page, /Taste research/);
});

delivered('nobody asks more than every few hours', {}, async (world) => {
  const { page, between, visit } = world;
  await answered(world);
  await page.until(() => hasLooked(page), 'it has asked');
  assert.deepEqual(between.asked.map(({ method }) => method), ['GET'], 'without a preflight');
  await page.open('/tall-vase.html');
  await page.open();
  await pause(3_000);
  assert.equal(between.asked.length, 1, 'not on every page');
  await visit();
  await page.until(() => between.asked.length === 2 && between.asked[1].status, 'it asks again');
  await page.until(() => hasLooked(page), 'it has asked');
  assert.deepEqual([await page.coded(), await kept(page)], [[], undefined]);
  const wait = await page.run('return localStorage["ck-look:" + arguments[0]] - Date.now()', SITE);
  assert.ok(wait > 3.9 * 36e5 && wait < 8 * 36e5, `${wait} ms until the next time`);
});

delivered('what has not changed is not sent again', {
  // A browser of its own has nothing in its HTTP cache.
  browser: { lang: 'en' },
  skip: { webkit: 'MiniBrowser is in private browsing under automation and keeps no HTTP cache' },
}, async ({ page, between, visit }) => {
  await page.open();
  await page.until(() => between.asked[0]?.status, 'it asks');
  await page.until(() => hasLooked(page), 'it has the answer');
  await visit();
  await page.until(() => between.asked[1]?.status, 'it asks again');
  assert.deepEqual(between.asked.map(({ status }) => status), [200, 304]);
  assert.equal(between.asked[0].known, undefined);
  assert.match(between.asked[1].known, /^"[\w-]{43}"$/);
  await page.until(() => hasLooked(page), 'it has asked');
  assert.deepEqual([await page.coded(), await kept(page)], [[], undefined]);
});

delivered('before an answer nothing about the visit outlives the tab', {}, async ({ page }) => {
  await page.open();
  await page.until(() => hasLooked(page), 'it has asked');
  assert.deepEqual(await page.storage(), {});
  assert.deepEqual(await page.cookies(), []);
});

delivered('a page without a pinned key never asks', { files: ({ inline }) => import('./lib/site.mjs').then(({ createSite }) => createSite({ inline })) }, async ({ page, between, site, owner, policy }) => {
  await owner.publish(policy, RESEARCH);
  await page.open();
  await page.banner();
  await pause(3_500);
  assert.deepEqual([between.asked, site.requests(/delivery\.js/)], [[], []]);
});

/** What the backend answers instead → the code that says so. */
const BAD = {
  'a forged signature': ['DELIVERY_FORGED', ({ good }) => good.replace(/"signature":"..../, '"signature":"AAAA')],
  'a changed payload': ['DELIVERY_FORGED', ({ good }) => good.replaceAll('Taste research', 'Taste  research')],
  'a key that the page does not know': ['DELIVERY_KEY_UNKNOWN', ({ payload }) => signed(payload)],
  'a strange key under the name of the known one': ['DELIVERY_FORGED', ({ payload, owner }) => signed(payload).replace(/"key":"[^"]+"/, `"key":"${owner.pin}"`)],
  'another site': ['DELIVERY_FOREIGN_SITE', ({ payload, owner }) => owner.signed({ ...payload, site: 'other.example' })],
  'a lower version': ['DELIVERY_OLDER', ({ payload, owner }) => owner.signed({ ...payload, version: 0 })],
  'the same version, issued before': ['DELIVERY_OLDER', ({ payload, owner, old }) => owner.signed({ ...payload, version: 1, issued: old.issued - 1 })],
  'a form of the future': ['DELIVERY_FORMAT', ({ payload, owner }) => owner.signed({ ...payload, format: 2 })],
  'half of it': ['DELIVERY_UNREADABLE', ({ good }) => good.slice(0, good.length / 2)],
  'a page of HTML': ['DELIVERY_UNREADABLE', () => '<!doctype html><p>Please sign in to use this network.'],
  'the policy alone': ['DELIVERY_UNREADABLE', ({ payload }) => JSON.stringify(payload.policy)],
  'ten megabytes': ['DELIVERY_TOO_LARGE', ({ good }) => good + ' '.repeat(10 << 20)],
  'nothing': ['DELIVERY_MISSING', () => '{"code":"POLICY_UNKNOWN"}', 404],
  'a plan of other software': ['DELIVERY_PLAN', ({ payload, owner }) => owner.signed({ ...payload, policy: { ...payload.policy, plan: 'gA' } })],
};

delivered('whatever a backend gives out that is not right changes nothing and has a code', {}, async (world) => {
  const { page, third, owner, backend, between, site, visit } = world;
  await answered(world);
  const storage = async () => Object.fromEntries(Object.entries(await page.storage()).filter(([key]) => !/^ck-look|:s$/.test(key)));
  const [before, old] = [await storage(), JSON.parse(JSON.parse(owner.envelope()).payload)];
  await owner.publish(world.policy, RESEARCH);
  const good = owner.envelope();
  const world2 = { good, payload: JSON.parse(JSON.parse(good).payload), owner, old };
  for (const [name, [code, make, status]] of Object.entries(BAD)) {
    const [asked, engines] = [between.asked.length, site.requests(ENGINE).length];
    between.answer = saying(make(world2), status);
    await visit();
    await page.until(async () => (await page.coded()).length > 0, `${name} is said`);
    assert.deepEqual((await page.coded()).map((line) => /[A-Z]+_[A-Z_]+/.exec(line)[0]), [code], name);
    await pause(300);
    assert.ok(between.asked.length > asked && !(await page.asks()), name);
    assert.deepEqual(await storage(), before, `${name}: storage is as it was`);
    if (code !== 'DELIVERY_PLAN') assert.equal(site.requests(ENGINE).length, engines, `${name}: the engine is not even loaded`);
    assert.equal(await page.granted('research'), false, name);
  }
  assert.deepEqual(third.fired(), []);
  // And the page still takes what is right.
  between.answer = undefined;
  await visit();
  await asksFor(page, /Taste research/);
  await backend.settle(1);
});

delivered('a stored policy that somebody has changed is not used, and what was answered under it opens nothing', {}, async (world) => {
  const { page, owner, backend, third, visit } = world;
  await answered(world);
  await owner.publish(world.policy, RESEARCH);
  await visit();
  await asksFor(page, /Taste research/);
  await page.answer('accept');
  await backend.settle(2);
  const text = await kept(page);
  third.forget();
  await page.run('localStorage[arguments[0]] = arguments[1]', KEPT, text.replaceAll('necessary', 'unnecessary'));
  await page.open();
  await page.until(async () => (await page.coded()).length > 0, 'it is said');
  assert.match((await page.coded()).join(), /DELIVERY_FORGED/);
  assert.ok(await page.quiet(), 'an older page asks nothing');
  assert.deepEqual([await page.granted('research'), await page.granted('analytics'), third.fired()], [false, false, []]);
});

const NO_CRYPTO = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });";
const NO_ED25519 = "SubtleCrypto.prototype.importKey = () => Promise.reject(new DOMException('by the test', 'NotSupportedError'));";

for (const [what, before] of Object.entries({ 'no WebCrypto': NO_CRYPTO, 'no Ed25519': NO_ED25519 })) {
  delivered(`${what}: the page's own policy stays, and nothing is asked of the backend`, { before }, async (world) => {
    const { page, owner, between, backend } = world;
    await owner.publish(world.policy, RESEARCH);
    await answered(world);
    await page.until(async () => (await page.coded()).length > 0, 'it is said');
    assert.deepEqual((await page.coded()).map((line) => /[A-Z]+_[A-Z_0-9]+/.exec(line)[0]), ['DELIVERY_UNVERIFIABLE']);
    assert.ok(await page.quiet());
    assert.deepEqual([between.asked, await kept(page)], [[], undefined]);
    await backend.settle(1);
  });
}

delivered('Trusted Types are enforced: the same', { csp: { trustedTypes: true } }, async (world) => {
  const { page, owner, visit } = world;
  await answered(world);
  await owner.publish(world.policy, RESEARCH);
  await visit();
  await asksFor(page, /Taste research/);
});

delivered('WebAssembly is forbidden: the other form of the engine takes over', { csp: { wasm: false }, violations: /wasm-eval/ }, async (world) => {
  const { page, owner, visit } = world;
  await answered(world);
  await owner.publish(world.policy, RESEARCH);
  await visit();
  await asksFor(page, /Taste research/);
});

delivered('bundled by Vite: the policy pins, the page learns, the next one begins with it', {
  files: viteProject(),
  policy: (policy, owner) => (policy.settings.keys = [owner.pin]),
}, async (world) => {
  const { page, owner, backend, visit } = world;
  await answered(world);
  await owner.publish(world.policy, RESEARCH);
  await visit();
  await asksFor(page, /Taste research/);
  await page.answer('accept');
  const [, record] = await backend.settle(2);
  assert.deepEqual([record.policyVersion, record.answers.research], [2, 'given']);
  await page.open();
  await page.until(() => page.granted('research'), 'the next page begins with it');
  assert.ok(await page.quiet());
  assert.deepEqual(await page.coded(), []);
});
