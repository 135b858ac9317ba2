// The package as a bundler takes it, and as one plain script: the same story without `consentkit build`.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAIN, singleFile, viteProject } from './lib/empty-project.mjs';
import { pause } from './lib/page.mjs';
import { story } from './lib/world.mjs';

const FORMS = {
  'bundled by Vite': viteProject(),
  'single file, policy in the page': singleFile(),
  'single file, policy beside it': singleFile({ inline: false }),
};

for (const [form, files] of Object.entries(FORMS)) {
  story(`${form}: accepted, the scripts run and the record is acknowledged`, { files }, accepted);

  story(`${form}: refused, nothing runs and nobody is asked again`, { files }, async ({ page, third, backend }) => {
    await page.open();
    await page.banner();
    await page.answer('refuse');
    const [record] = await backend.settle(1);
    for (const item of ['analytics', 'functionality', 'marketing']) assert.equal(record.answers[item], 'refused');
    await page.reload();
    assert.ok(await page.quiet());
    assert.deepEqual(third.fired(), []);
  });
}

story('bundled by Vite: the centre, and withdrawal', { files: viteProject() }, async ({ page, third, backend }) => {
  await page.open();
  await page.banner();
  await page.save({ analytics: true, marketing: false });
  await page.until(() => third.fired().includes('analytics POST /hit'), 'analytics runs');
  assert.deepEqual(third.fired().filter((hit) => !hit.startsWith('analytics')), []);
  await backend.settle(1);
  await page.save({ analytics: false });
  const [, record] = await backend.settle(2);
  assert.equal(record.answers.analytics, 'withdrawn');
  third.forget();
  await page.reload();
  assert.ok(await page.quiet());
  assert.deepEqual(third.fired(), []);
});

story('bundled by Vite: German words', { files: viteProject(), lang: 'de', browser: { lang: 'de' } }, async ({ page, backend }) => {
  await page.open();
  await page.banner();
  assert.match(await page.text('ck-banner'), /Besuchszählung/);
  await page.answer('refuse');
  const [record] = await backend.settle(1);
  assert.equal(record.language, 'de');
});

story('bundled by Vite: WebAssembly is forbidden, the fallback does the same', { files: viteProject(), csp: { wasm: false }, violations: /wasm-eval/ }, accepted);

story('bundled by Vite: Trusted Types are enforced', { files: viteProject(), csp: { trustedTypes: true } }, accepted);

story('single file: Trusted Types are enforced', { files: singleFile(), csp: { trustedTypes: true } }, accepted);

const TO_A_FUNCTION = `
import { start } from 'consentkit';
import policy from './policy.json';

window.batches = [];
window.started = start({
  policy,
  async transport({ site, records }) {
    window.batches.push({ site, ids: records.map(({ id }) => id) });
    return records.map(({ id }) => ({ id, status: 'stored' }));
  },
});
`;

story('bundled by Vite: a function takes the records', { files: viteProject(TO_A_FUNCTION), policy: ({ settings }) => delete settings.endpoint }, async ({ page, third, backend, policy }) => {
  // The world adds the backend's address before the policy is changed, so that none is left.
  await page.open();
  await page.banner();
  await page.answer('accept');
  await page.until(() => third.fired().includes('analytics POST /hit'), 'analytics runs');
  await page.until(() => page.run('return window.batches.length > 0'), 'the function is called');
  const { waiting, logged } = await page.run('return window.started.then((consent) => consent.diagnostics())');
  assert.deepEqual([waiting, logged], [0, []], 'what it acknowledges waits no longer');
  await pause(1_000);
  const batches = await page.run('return window.batches');
  assert.equal(batches.length, 1);
  assert.equal(batches[0].site, policy.site);
  const kept = Object.keys(await page.storage()).filter((key) => key.startsWith(`ck:${policy.site}:r:`));
  assert.deepEqual(kept, [`ck:${policy.site}:r:${batches[0].ids[0]}`]);
  assert.deepEqual(await backend.records(), [], 'nothing goes anywhere else');
});

story('single file: WebAssembly is forbidden, nothing opens and one line says so', { files: singleFile(), csp: { wasm: false }, violations: /wasm-eval/ }, async (world) => {
  assert.deepEqual(await denied(world, /ENGINE_UNAVAILABLE/), []);
});

// A page's policy would have to allow `blob:` to connect to.
story('single file: a browser that compiles nothing so large at once', {
  files: singleFile(), csp: false, before: "WebAssembly.Module = function () { throw new RangeError('too large, by the test'); };",
}, accepted);

/** How a policy is broken → the code of the one line that says so. */
const BROKEN = {
  'broken JSON': [/POLICY_INVALID/, (policy) => JSON.stringify(policy).slice(0, -20)],
  'an empty text': [/POLICY_INVALID/, () => ''],
  'null': [/POLICY_INVALID/, () => 'null'],
  'a list': [/POLICY_INVALID/, () => '[]'],
  'a string': [/POLICY_INVALID/, () => '"policy"'],
  'an empty object': [/POLICY_INVALID|VALUE_MISSING/, () => '{}'],
  'a wrong type': [/POLICY_INVALID/, changed((policy) => (policy.version = 'one'))],
  'an unknown kind': [/POLICY_INVALID/, changed((policy) => (policy.purposes[1].kinds = ['statistics']))],
  'an unknown field': [/POLICY_INVALID/, changed((policy) => (policy.purposes[1].colour = 'red'))],
  'a duplicate id': [/DUPLICATE_ID/, changed((policy) => policy.purposes.push({ ...policy.purposes[2] }))],
  'an id that nothing defines': [/UNKNOWN_ID/, changed((policy) => (policy.services[0].needs = ['statistics']))],
  'a purpose without text': [/TEXT_MISSING/, changed((policy) => delete policy.texts.en['analytics.text'])],
  'texts that are no strings': [/POLICY_INVALID|TEXTS_UNREADABLE/, changed((policy) => (policy.texts.en['analytics.text'] = 7))],
  'no texts': [/TEXT_MISSING/, changed((policy) => {
    delete policy.texts;
    delete policy.defaultLanguage;
  })],
  'nobody who is responsible': [/VALUE_MISSING/, changed((policy) => (policy.controllers = []))],
};

// As a page that reads its policy from somewhere would; whatever comes is passed on.
const FROM_OUTSIDE = MAIN.replace("import policy from './policy.json';", "const policy = await fetch('/policy.json').then((response) => response.json()).catch(() => undefined);");

brokenStory('single file, policy in the page', (write) => singleFile({ write }));
brokenStory('single file, policy beside it', (write) => singleFile({ inline: false, write }));

function brokenStory(form, site) {
  let broken = JSON.stringify;
  const files = site((policy) => broken(policy));
  story(`${form}: a broken policy opens nothing, throws nothing and is said in one line`, { files }, async (world) => {
    const problems = [];
    for (const [name, [code, change]] of Object.entries(BROKEN)) {
      broken = change;
      await world.deploy();
      for (const problem of await denied(world, code)) problems.push(`${name}: ${problem}`);
    }
    assert.equal(problems.length, 0, `\n${problems.join('\n')}`);
  });
}

story('bundled by Vite: a broken policy opens nothing, throws nothing and is said in one line', { files: viteProject(FROM_OUTSIDE) }, async (world) => {
  const problems = [];
  for (const [name, [code, change]] of Object.entries(BROKEN)) {
    // Beside the page that is built already: a bundler would not take broken JSON.
    writeFileSync(join(world.files.root, 'policy.json'), change(world.policy));
    for (const problem of await denied(world, code)) problems.push(`${name}: ${problem}`);
    const started = await world.page.run('return Promise.resolve(window.started).then((it) => typeof it?.isGranted, (error) => `rejected with ${error}`)');
    if (started !== 'function') problems.push(`${name}: start gives ${started}`);
  }
  assert.equal(problems.length, 0, `\n${problems.join('\n')}`);
});

for (const [what, set] of [['is missing', { refuse: /policy\.json/ }], ['is a page', { edit: (html) => html.replace('"/policy.json"', '"/index.html"') }]]) {
  story(`single file: the policy beside it ${what}`, { files: singleFile({ inline: false }), edit: set.edit }, async (world) => {
    world.site.set.refuse = set.refuse;
    assert.deepEqual(await denied(world, /POLICY_INVALID/), []);
  });
}

/** First visit, accepted: scripts run, the record is complete and acknowledged, the next page asks nothing. */
async function accepted({ page, third, backend, policy }) {
  await page.open();
  await page.banner();
  await pause(700);
  assert.deepEqual(third.fired(), [], 'nothing fires before an answer');
  await page.answer('accept');
  const both = ['analytics POST /hit', 'ads POST /beacon'];
  await page.until(() => both.every((hit) => third.fired().includes(hit)), 'both scripts run');
  const [record] = await backend.settle(1);
  assert.equal(record.site, policy.site);
  assert.equal(record.policyVersion, policy.version);
  assert.equal(record.language, 'en');
  assert.equal(record.control, 'banner.accept');
  assert.match(record.noticeHash, /^[\w-]{16,}$/);
  for (const item of ['analytics', 'functionality', 'marketing']) assert.equal(record.answers[item], 'given');
  await page.until(async () => !Object.keys(await page.storage()).some((key) => key.includes(':w:')), 'the record is acknowledged');

  third.forget();
  await page.reload();
  await page.until(() => both.every((hit) => third.fired().includes(hit)), 'both scripts run on the next page');
  assert.ok(await page.quiet(), 'nobody is asked twice');
  await backend.settle(1);
  assert.deepEqual(await page.coded(), []);
}

/** What is not as it must be where nothing may open: no banner, no script, no error, one line with a code. */
async function denied({ page, third }, code) {
  const problems = [];
  third.forget();
  await page.open();
  await page.until(async () => (await page.coded()).length > 0, 'a line with a code', 3_000).catch(() => problems.push('no line with a code'));
  await pause(400);
  const lines = await page.coded();
  if (lines.length > 1 || (lines.length === 1 && !code.test(lines[0]))) problems.push(`the console says ${JSON.stringify(lines)}, not ${code}`);
  if (await page.asks()) problems.push('the banner is there');
  if ((await page.granted('analytics')) === true) problems.push('analytics is granted');
  if (third.fired().length) problems.push(`fired: ${third.fired()}`);
  const { errors } = await page.seen();
  if (errors.length) problems.push(`thrown: ${errors}`);
  // Seen and said; the world would complain again.
  await page.run('window.__seen.errors.length = 0');
  return problems;
}

function changed(change) {
  return (policy) => {
    const copy = structuredClone(policy);
    change(copy);
    return JSON.stringify(copy);
  };
}
