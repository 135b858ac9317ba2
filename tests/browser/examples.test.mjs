// The other two examples, by their own pages and policies: a magazine whose readers choose their ads, and an application with terms.

import assert from 'node:assert/strict';
import { story } from './lib/world.mjs';

/** Topics that have left the page, in order. */
const told = (third) => third.ads.log.map(({ query }) => new URLSearchParams(query).get('topics')).filter(Boolean);
const chosen = (page) => page.run('return document.querySelector("[data-chosen]").textContent');

story('magazine: ads by the topics that a reader leaves on, and none of it without a yes', { example: 'magazine', region: 'NL' }, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  assert.match(await chosen(page), /none/);
  assert.deepEqual(third.fired(), []);
  await page.answer('accept');
  await page.until(async () => /books, travel, kitchen, garden/.test(await chosen(page)), 'all topics');
  await page.run('window.heard = []; ConsentKit.on("wishes", ({ wishes }) => heard.push(wishes.filter(({ value }) => value === 0).map(({ id }) => id)))');
  await page.openCentre();
  await page.inCentre(`root.querySelector("[aria-labelledby=p-travel]").click()`);
  await page.click('ck-centre', 'save');
  await page.until(async () => /Now: books, kitchen, garden\./.test(await chosen(page)), 'a wish is followed at once');
  await backend.settle(2);
  assert.deepEqual(await page.run('return heard'), [['travel']], 'told once, and only because it has changed');
  assert.deepEqual(told(third), ['books travel kitchen garden', 'books kitchen garden']);

  await page.open();
  await page.until(async () => /Now: books, kitchen, garden\./.test(await chosen(page)), 'and on the next page');
  await page.save({ marketing: false });
  await page.until(async () => /none/.test(await chosen(page)), 'taken back');
  assert.match(await page.run('return document.querySelector(".ad").textContent'), /^From the house/);
  third.forget();
  await page.open();
  await page.until(async () => /none/.test(await chosen(page)), 'for good');
  assert.deepEqual(third.fired(), []);
});

story('saas: terms are accepted apart from consent; new ones ask again; a no closes what is new and nothing else', {
  example: 'saas', region: 'DE',
}, async ({ page, third, backend, deploy }) => {
  const canWrite = () => page.run('return !document.querySelector("[data-new]").disabled');
  await page.open();
  await page.click('ck-terms', 'yes');
  const [first] = await backend.settle(1);
  assert.deepEqual([first.kind, JSON.parse(first.body).version], ['acceptance', '2026-01']);
  assert.ok(await page.asks(), 'consent is still asked');
  assert.deepEqual(third.fired(), []);
  await page.answer('refuse');
  await backend.settle(2);

  await deploy((policy) => Object.assign(policy.documents[0], { version: '2026-06', effective: '2026-06-01', grace: null }));
  await page.open();
  await page.until(() => page.part('ck-terms', 'no'), 'the new terms');
  assert.match(await page.text('ck-terms'), /60 days/);
  assert.ok(!(await page.asks()), 'terms ask nobody for consent');
  assert.ok(await canWrite());
  await page.click('ck-terms', 'no');
  await page.until(async () => !(await canWrite()), 'no new invoices');
  assert.match(await page.run('return document.querySelector("[data-terms]").textContent'), /export everything/);
  await backend.settle(2);

  await page.reload();
  await page.click('ck-terms', 'yes');
  const [, , last] = await backend.settle(3);
  assert.equal(JSON.parse(last.body).version, '2026-06');
  assert.deepEqual(await page.coded(), []);
});
