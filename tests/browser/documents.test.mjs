// Terms of service: announced, asked and accepted apart from consent, by whoever is signed in.

import assert from 'node:assert/strict';
import { story } from './lib/world.mjs';

const terms = (version, effective, grace) => (policy) => {
  policy.documents = [{ id: 'terms', version, url: '/terms', effective, ...(grace && { grace }) }];
};
const signedIn = (html) => html.replace('<html ', '<html data-account="a1" ');

/** What the page was told of documents: the state of each, event by event. */
const told = async (page) => {
  const events = (await page.seen()).events.filter(({ name }) => name === 'documents');
  return events.map(({ detail }) => detail.documents.map(({ id, state }) => `${id} ${state}`));
};

story('who is signed in is told of terms, and accepting them consents to nothing', {
  region: 'DE',
  policy: terms('2026-01', '2026-01-01'),
  edit: signedIn,
}, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.until(async () => (await told(page)).length > 0, 'the event');
  assert.deepEqual(await told(page), [['terms required']]);
  assert.doesNotMatch(await page.text('ck-banner'), /terms/i, 'the banner is about consent alone');

  await page.run('void window.ConsentKit.agree("terms")');
  const [acceptance] = await backend.settle(1);
  assert.deepEqual([acceptance.kind, JSON.parse(acceptance.body)], ['acceptance', { document: 'terms', version: '2026-01' }]);
  assert.equal(acceptance.account, 'a1');
  assert.ok(await page.asks(), 'consent is still asked');
  assert.deepEqual(third.fired(), []);

  await page.answer('refuse');
  await backend.settle(2);
  await page.reload();
  assert.ok(await page.quiet());
  assert.deepEqual(await told(page), [], 'terms that were accepted are no news');
});

story('nobody is asked to accept terms who is not signed in', { region: 'US', policy: terms('2026-01', '2026-01-01') }, async ({ page }) => {
  await page.open();
  await page.run('return window.ConsentKit.client().then(() => true)');
  assert.deepEqual(await told(page), []);
  await page.run('window.ConsentKit.setContext({ account: "a1" })');
  await page.until(async () => (await told(page)).length > 0, 'the event');
  assert.deepEqual(await told(page), [['terms required']]);
  assert.ok(await page.quiet(), 'and there is no banner because of it');
});
