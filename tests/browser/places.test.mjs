// What depends on where a person is and how old: answers that stand alone, guardians, a region that is found late.

import assert from 'node:assert/strict';
import { pause } from './lib/page.mjs';
import { story } from './lib/world.mjs';

story('a yes that must stand alone: "accept all" leaves it, its own sheet asks', { region: 'CN' }, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  assert.doesNotMatch(await page.text('ck-banner'), /Visit counts|Ads on other sites/, 'the banner does not ask for it');
  await page.answer('accept');
  const [all] = await backend.settle(1);
  assert.deepEqual([all.answers.functionality, all.answers.analytics, all.answers.marketing], ['given', 'left', 'left']);

  await page.openCentre();
  await page.click('ck-centre', 'analytics');
  assert.match(await page.text('ck-centre'), /“Accept all” never covers this/);
  await page.click('ck-centre', 'no');
  await page.until(async () => !(await page.part('ck-centre', 'no')), 'the sheet closes');
  await page.click('ck-centre', 'analytics');
  await page.click('ck-centre', 'yes');
  await page.until(() => third.fired().includes('analytics POST /hit'), 'the yes counts at once');
  const [, no, yes] = await backend.settle(3);
  assert.equal(no.answers.analytics, 'refused');
  assert.deepEqual([yes.answers.analytics, yes.answers.functionality, yes.answers.marketing], ['given', 'left', 'left'], 'an event of its own');
  assert.equal(yes.control, 'centre.separate');
  assert.match(await page.text('ck-centre'), /On, asked separately/, 'the row says so');

  // The centre was opened before this yes, and takes it back all the same.
  await page.click('ck-centre', 'withdraw');
  await page.until(async () => !(await page.granted('analytics')), 'everything is off');
  const [, , , last] = await backend.settle(4);
  assert.deepEqual([last.answers.analytics, last.answers.functionality], ['withdrawn', 'withdrawn']);
});

story('"always allow" at a frame gives each yes that must stand alone an event of its own', {
  region: 'CN',
  policy: (policy) => (policy.services.find(({ id }) => id === 'cartello').needs = ['functionality', 'analytics']),
}, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('refuse');
  await backend.settle(1);
  await page.click('ck-embed', 'always');
  await page.until(() => third.fired().includes('maps GET /map.js'), 'the map is loaded');
  const records = await backend.settle(3);
  const given = records.slice(1).map(({ answers }) => Object.keys(answers).filter((item) => answers[item] === 'given'));
  assert.deepEqual(given, [['functionality'], ['analytics']]);
});

story('a child: nothing is asked, nothing is on, and the page hears that a guardian is needed', {
  region: 'US',
  edit: (html) => html.replace('<html ', '<html data-age="0-12" '),
}, async ({ page, third, backend }) => {
  await page.open();
  const guardian = async () => (await page.seen()).events.filter(({ name }) => name === 'guardian');
  await page.until(async () => (await guardian()).length > 0, 'the event');
  assert.deepEqual((await guardian()).map(({ detail }) => [detail.items, detail.granted]), [[['functionality', 'analytics', 'marketing'], ['necessary']]]);
  assert.ok(await page.quiet(), 'a child is asked nothing');
  await page.openCentre();
  assert.match(await page.text('ck-centre'), /Off until a parent or guardian agrees/);
  assert.equal(await page.run('return document.querySelector("ck-centre").shadowRoot.querySelector("[role=switch]")'), null, 'there is nothing to switch');
  await page.click('ck-centre', 'save');
  await backend.settle(1);
  assert.deepEqual(third.fired(), [], 'elsewhere in this place it would be on');
});

story('a residence: the law of both places holds from the first visit on', {
  region: 'US',
  edit: (html) => html.replace('<html ', '<html data-residence="DE" '),
}, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await pause(700);
  assert.deepEqual(third.fired(), []);
  await page.answer('refuse');
  await backend.settle(1);
  await page.reload();
  assert.ok(await page.quiet(), 'nobody is asked twice');
});

/** The backend stands behind an edge that knows the region. */
const found = (region) => `{
  const real = window.fetch;
  window.fetch = (address, ...rest) => (String(address).endsWith('/v1/region') ? Promise.resolve(new Response('{"region":"${region}"}')) : real(address, ...rest));
}`;

story('a region that is found late tightens at once', { region: '', before: found('CN') }, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  assert.match(await page.text('ck-banner'), /Visit counts/);
  await page.run('void window.ConsentKit.client()');
  await page.until(async () => !/Visit counts/.test(await page.text('ck-banner')), 'the banner asks no longer for what must stand alone');
  await page.answer('accept');
  const [record] = await backend.settle(1);
  assert.deepEqual([record.answers.functionality, record.answers.analytics], ['given', 'left']);
  assert.ok((await page.cookies()).includes('ck_region'), 'the next page begins with it');
});

story('a region that is found late loosens from the next page on', { region: '', before: found('US') }, async ({ page, third }) => {
  await page.open();
  await page.banner();
  await page.run('void window.ConsentKit.client()');
  await page.until(async () => (await page.cookies()).includes('ck_region'), 'the region is found');
  await pause(1_000);
  assert.ok(await page.asks(), 'what was drawn stays');
  assert.deepEqual(third.fired(), []);
  await page.open();
  await page.until(() => third.fired().includes('analytics POST /hit'), 'the law of the place holds');
  assert.ok(await page.quiet());
});
