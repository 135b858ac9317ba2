// The parts of the interface that are loaded when they are needed, each with the engine and the backend behind it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consentkit } from './lib/site.mjs';
import { story } from './lib/world.mjs';

const GPC = 'Object.defineProperty(navigator, "globalPrivacyControl", { value: true, configurable: true });';
const account = (html) => html.replace('<html ', '<html data-account="a1" ');
const inMain = (markup) => (html) => html.replace('</main>', `${markup}</main>`);

story('one question beside the thing that needs it answers that and nothing else', {
  edit: inMain('<p><button type="button" data-consentkit="ask" data-service="countwise">Count me</button></p>'),
}, async ({ page, driver, third, backend }) => {
  await page.open('/tall-vase.html');
  await page.banner();
  await page.answer('refuse');
  await backend.settle(1);
  const button = await driver.findElement({ css: '[data-consentkit="ask"]' });
  await button.click();
  await page.until(() => page.part('ck-ask', 'yes'), 'the question');
  assert.match(await page.text('ck-ask'), /Visit counts.*Countwise GmbH/);
  await page.press('ESCAPE');
  await page.until(async () => !(await page.part('ck-ask', 'yes')), 'Escape answers nothing');
  assert.ok(await page.run('return document.activeElement === arguments[0]', button), 'and gives the focus back');
  await backend.settle(1);

  await button.click();
  await page.click('ck-ask', 'yes');
  const [, record] = await backend.settle(2);
  assert.deepEqual([record.control, record.answers.analytics, record.answers.marketing, record.answers.functionality], ['ask.accept', 'given', 'left', 'left']);
  await page.until(() => third.fired().some((it) => /countwise/.test(JSON.stringify(it))), 'what was asked for starts');
  assert.equal(await page.run('return window.ConsentKit.ask("analytics")'), true, 'what is permitted is not asked');
  assert.equal(await page.part('ck-ask', 'yes'), null);
});

story('California: opting out on the page about privacy, and back', { region: 'US-CA' }, async ({ page, backend }) => {
  await page.open('/privacy.html');
  await page.until(() => page.part('consent-kit', 'opt_out'), 'the row of the link');
  assert.match(await page.text('consent-kit'), /Do not sell or share my personal information.*You have not opted out/);
  assert.ok(await page.granted('marketing'));
  await page.click('consent-kit', 'opt_out');
  const [out] = await backend.settle(1);
  assert.deepEqual([out.control, out.answers.marketing, out.answers.analytics], ['optout.refuse', 'refused', 'left']);
  // Adlumen cannot be stopped otherwise, so the page is loaded again.
  await page.until(async () => /You have opted out/.test(await page.text('consent-kit')), 'the state');
  assert.equal(await page.granted('marketing'), false);
  await page.click('consent-kit', 'opt_out');
  const [, back] = await backend.settle(2);
  assert.deepEqual([back.control, back.answers.marketing], ['optout.accept', 'given']);
});

story('where nobody wants links there is nothing in their place', { region: 'DE' }, async ({ page }) => {
  await page.open('/privacy.html');
  await page.banner();
  await page.run('return window.ConsentKit.client().then(() => true)');
  assert.equal((await page.text('consent-kit')).trim(), '');
});

story('California: a signal is said to be honoured, and its conflict with an earlier yes is told once', {
  region: 'US-CA', edit: account,
}, async ({ page, site, backend }) => {
  await page.open('/privacy.html');
  await page.run('void window.ConsentKit.accept()');
  await backend.settle(1);
  site.set.before = GPC;
  await page.open('/privacy.html');
  await page.until(() => page.part('consent-kit', 'yes'), 'the notice of the conflict');
  assert.match(await page.text('consent-kit'), /Opt-out signal honoured \(GPC\).*You had allowed this before: Ads on other sites\./);
  assert.equal(await page.granted('marketing'), false, 'the signal holds meanwhile');
  await page.click('consent-kit', 'yes');
  const records = await backend.settle(3);
  const said = records.find(({ control }) => control === 'conflict.accept');
  assert.deepEqual([said.answers.marketing, said.answers.analytics, said.account], ['given', 'left', 'a1']);
  await page.until(() => page.granted('marketing'), 'the yes counts');
  await page.open('/privacy.html');
  await page.until(() => page.part('consent-kit', 'opt_out'), 'the row of the link');
  assert.equal(await page.part('consent-kit', 'yes'), null, 'it is told once');
});

story('new terms come by themselves in their place, and are accepted apart from consent', {
  region: 'DE',
  policy: (policy) => {
    policy.documents = [{ id: 'terms', version: '2026-01', url: '/privacy.html', effective: '2026-01-01' }];
    Object.assign(policy.texts.en, { 'document.terms.name': 'Terms of service', 'document.terms.yes': 'You can order.', 'document.terms.no': 'You can look around.' });
  },
  edit: (html) => account(inMain('<consent-kit data-surface="terms"></consent-kit>')(html)),
}, async ({ page, backend }) => {
  await page.open();
  await page.until(() => page.part('ck-terms', 'yes'), 'the terms');
  assert.match(await page.text('ck-terms'), /Terms of service: please read and decide.*You can look around\. You can order\./);
  await page.click('ck-terms', 'later');
  await page.until(async () => !(await page.part('ck-terms', 'yes')), 'they can be put off');
  assert.equal((await backend.records()).length, 0, 'nothing is recorded');
  await page.reload();
  await page.click('ck-terms', 'yes');
  const [record] = await backend.settle(1);
  assert.deepEqual([record.kind, record.control, record.account], ['acceptance', 'terms.accept', 'a1']);
  assert.ok(await page.asks(), 'consent is asked all the same');
  await page.reload();
  await page.banner();
  await page.run('return window.ConsentKit.client().then(() => true)');
  assert.equal(await page.part('ck-terms', 'yes'), null, 'what was accepted is not shown again');
});

story('a child is told who decides; a guardian answers for each purpose', {
  region: 'CN', edit: (html) => inMain(html.includes('Privacy notice</h1>') ? '<consent-kit data-surface="guardian"></consent-kit>' : '')(html).replace('<html ', '<html data-age="0-13" '),
}, async ({ page, backend }) => {
  await page.open('/tall-vase.html');
  await page.run('window.ConsentKit.reachGuardian = async (address, items) => { window.reached = [address, items]; }; void window.ConsentKit.show("guardian")');
  await page.until(() => page.part('ck-guardian', 'send'), 'what the child is told');
  assert.equal(await page.part('ck-guardian', 'yes'), null, 'there is nothing to agree to');
  await page.run('document.querySelector("ck-guardian").shadowRoot.querySelector("input").value = "mum@home.example"');
  await page.click('ck-guardian', 'send');
  await page.until(async () => /on its way/.test(await page.text('ck-guardian')), 'what has become of it');
  const [address, items] = await page.run('return window.reached');
  assert.equal(address, 'mum@home.example');
  assert.ok(items.includes('marketing'));

  await page.open('/privacy.html');
  await page.until(() => page.part('consent-kit', 'yes'), 'the guardian’s questions');
  await page.click('consent-kit', 'yes');
  const [record] = await backend.settle(1);
  assert.deepEqual([record.actor, record.control], ['guardian', 'guardian.accept']);
  assert.equal(Object.values(record.answers).filter((it) => it === 'given').length, 1, 'one answer in one event');
});

story('wishes inside a purpose are saved with the choices and come back', {
  region: 'DE',
  policy: (policy) => {
    policy.purposes.find(({ id }) => id === 'analytics').preferences = [{ id: 'glazes', kind: 'topic' }, { id: 'often', kind: 'frequency', steps: ['monthly', 'weekly'] }];
    for (const texts of Object.values(policy.texts)) {
      Object.assign(texts, { 'preference.glazes.name': 'New glazes', 'preference.often.name': 'How often', 'preference.often.monthly': 'Once a month', 'preference.often.weekly': 'Once a week' });
    }
  },
}, async ({ page, backend }) => {
  await page.open();
  await page.openCentre();
  await page.inCentre(`root.querySelector("[aria-labelledby=p-glazes]").click(); const often = root.querySelector("select"); often.selectedIndex = 0; often.dispatchEvent(new Event("change"));`);
  assert.match(await page.text('ck-centre'), /2 changes, not saved yet/);
  await page.click('ck-centre', 'save');
  const [record] = await backend.settle(1);
  assert.deepEqual(Object.fromEntries(record.wishes.map(({ id, value }) => [id, value])), { glazes: 0, often: 0 });
  await page.reload();
  await page.openCentre();
  assert.deepEqual(await page.inCentre(`return [root.querySelector("[aria-labelledby=p-glazes]").checked, root.querySelector("select").selectedIndex]`), [false, 0]);
});

story('a button in the corner opens the centre, where the policy wants one', {
  region: 'US', policy: (policy) => (policy.settings.corner = true),
}, async ({ page }) => {
  await page.open();
  await page.click('ck-corner', 'open');
  await page.until(() => page.part('ck-centre', 'save'), 'the centre');
  await page.press('ESCAPE');
  await page.until(async () => !(await page.part('ck-centre', 'save')), 'and Escape closes it');
});

story('a receipt is offered where somebody can make one', { region: 'DE' }, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  await page.answer('refuse');
  await backend.settle(1);
  await page.openCentre();
  assert.equal(await page.part('ck-centre', 'receipt'), null);
  await page.press('ESCAPE');
  await page.run('window.ConsentKit.receipt = () => ((window.made = true), Promise.resolve(new Blob(["{}"])))');
  await page.openCentre();
  await page.click('ck-centre', 'receipt');
  await page.until(() => page.run('return window.made'), 'it is made');
});

story('the receipt of the centre is checked by whoever gets it, and fails once a word of it is changed', {
  policy: (policy) => void (policy.settings.receipts = true), backend: 'down',
}, async ({ page, backend, files, policy }) => {
  await backend.start(['--lock', files.lock(policy.site)]);
  await backend.command('notices', 'add', join(files.consent, 'notices'));
  await page.open();
  await page.banner();
  await page.answer('accept');
  await backend.settle(1);
  const asked = async (path) => (await fetch(`${backend.origin}/v1/log/${path}`)).text();
  await page.until(async () => Number((await asked('checkpoint')).split('\n')[1]) > 0, 'the record is in the log');
  await page.run('const { createObjectURL } = URL; URL.createObjectURL = (file) => (file.text().then((text) => (window.got = text)), createObjectURL(file))');
  await page.openCentre();
  await page.click('ck-centre', 'receipt');
  await page.until(() => page.run('return window.got'), 'it is given to the browser to keep');
  const folder = mkdtempSync(join(tmpdir(), 'ck-receipt-'));
  const file = join(folder, 'receipt.json');
  const key = (await asked('key')).trim();
  const check = (text) => (writeFileSync(file, text), consentkit('verify', file, '--key', key));
  const receipt = await page.run('return window.got');
  const good = await check(receipt);
  assert.equal(good.code, 0, good.stdout + good.stderr);
  const bad = await check(receipt.replace('Halden & Moor', 'Halden & More'));
  assert.equal(bad.code, 1, bad.stdout + bad.stderr);
  rmSync(folder, { recursive: true });
});
