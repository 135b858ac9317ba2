// The recipes for well-known vendors, against a recorder in the place of all of them: nothing before an answer, then default,
// update, tag, in this order; and a withdrawal is told.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { viteProject } from './lib/empty-project.mjs';
import { listen } from './lib/servers.mjs';
import { installPackage, tarball } from './lib/site.mjs';
import { story } from './lib/world.mjs';

const FOLDER = tarball && join(await installPackage(), 'node_modules/consentkit/dist/recipes/data');
const RECIPES = FOLDER ? readdirSync(FOLDER).map((file) => ({ id: file.replace('.json', ''), ...JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) })) : [];
// The shop has no purpose for recommendations.
const purpose = ({ category }) => (category === 'personalization' ? 'functionality' : category);
const host = ({ markup }) => /https:\/\/([\w.-]+)\//.exec(markup.join('\n').replaceAll('{host}', MATOMO))?.[1];
// Of an installation of the site's own.
const MATOMO = 'matomo.example';

// It says in `dataLayer` when a tag runs, as Google's tags do.
const recorder = await listen('vendors', async (request, response, url) => {
  const page = request.headers['sec-fetch-dest'] === 'iframe';
  response.writeHead(200, { 'content-type': page ? 'text/html' : 'text/javascript', 'cache-control': 'no-store' });
  response.end(page ? '<!doctype html>' : `window.UET ??= class { constructor({ q }) { Object.assign(this, { q, push: (...words) => q.push(...words) }); } };(window.dataLayer ??= []).push({ tag: ${JSON.stringify(url.pathname)} });`);
});
after(recorder.stop);

/** As an owner pastes it, with the vendors' hosts on the recorder. */
const markup = RECIPES.map((it) => {
  const words = { category: purpose(it), service: it.id, id: '12345', host: MATOMO, site: '1' };
  return it.markup.map((line) => line.replace(/\{(\w+)\}/g, (as, word) => words[word] ?? as)).join('\n');
}).join('\n').replaceAll('https://', `${recorder.origin}/`);

const WITH_RECIPES = {
  csp: false,
  edit: (html) => html.replace('</body>', () => `${markup}</body>`),
  policy: (policy) => {
    policy.settings = { ...policy.settings, google: { adsDataRedaction: true, waitForUpdate: 500 } };
    // What a page reloads for would be gone before a test could read it.
    policy.services.push(...RECIPES.map((it) => ({ id: it.id, name: it.name, recipe: it.id, needs: [purpose(it)], reloadOnWithdraw: false })));
    for (const service of policy.services) service.reloadOnWithdraw = false;
  },
};

const ADS = ['ad_storage', 'ad_user_data', 'ad_personalization'];
const OTHERS = ['analytics_storage', 'functionality_storage', 'personalization_storage'];
/** What Google is told: these keys granted, the others denied, and security as always. */
const google = (granted) => ({ ...Object.fromEntries([...ADS, ...OTHERS].map((key) => [key, granted.includes(key) ? 'granted' : 'denied'])), security_storage: 'granted' });
const all = [...ADS, ...OTHERS];

/** A bundler takes the recipes that the page imports. */
const BUNDLED = `
import { start } from 'consentkit';
import { applyRecipes } from 'consentkit/recipes';
${RECIPES.map(({ id }, index) => `import recipe${index} from 'consentkit/recipes/${id}';`).join('\n')}
import policy from './policy.json';

start({ policy: applyRecipes(policy, { ${RECIPES.map(({ id }, index) => `'${id}': recipe${index}`).join(', ')} }) });
`;

const FORMS = { 'external boot': {}, 'inline boot': { inline: true }, 'bundled by Vite': { files: viteProject(BUNDLED) } };

for (const [form, options] of Object.entries(FORMS)) {
  story(`vendors hear nothing before an answer, then default, update, tag (${form})`, { ...WITH_RECIPES, ...options }, async ({ page }) => {
    recorder.log.splice(0);
    await page.open();
    await page.banner();
    assert.deepEqual(hits(), [], 'no vendor is asked for anything');
    const first = [['consent', 'default', { ...google([]), wait_for_update: 500 }], ['set', 'ads_data_redaction', true]];
    assert.deepEqual(await queue(page, 'dataLayer'), first, 'Google knows that everything is denied');
    assert.deepEqual(await queue(page, 'uetq'), ['consent', 'default', { ad_storage: 'denied' }]);
    assert.deepEqual(await queue(page, 'clarity', '.q'), [['consentv2', { ad_Storage: 'denied', analytics_Storage: 'denied' }]]);
    assert.deepEqual(await queue(page, '_paq'), [['requireConsent']]);

    await page.answer('accept');
    const expected = RECIPES.map(host).filter(Boolean);
    await page.until(() => expected.every((it) => hits().some((path) => path.startsWith(`/${it}/`))), 'every vendor is loaded');
    await tagged(page);
    ordered(await queue(page, 'dataLayer'), google(all));
    assert.deepEqual((await queue(page, '_paq')).slice(0, 2), [['requireConsent'], ['setConsentGiven']]);

    recorder.log.splice(0);
    await page.reload();
    await tagged(page);
    ordered(await queue(page, 'dataLayer'), google(all));
  });
}

for (const [form, options] of Object.entries(FORMS)) story(`vendors hear of a withdrawal, and what they left is cleared (${form})`, { ...WITH_RECIPES, ...options }, async ({ page }) => {
  await page.open();
  await page.banner();
  await page.answer('accept');
  await tagged(page);
  const left = ['_ga', '_ga_12345', '_gcl_au', '_fbp', '_clck', '_uetsid', '_pk_id.1.abcd', '_hjSessionUser_1', '__hstc', '_ttp', 'li_fat_id'];
  await page.run('for (const name of arguments[0]) document.cookie = `${name}=1; Path=/; Max-Age=86400`', left);
  await page.run('ConsentKit.withdraw()');
  await page.until(async () => (await queue(page, 'dataLayer')).at(-1)?.event === 'consentkit_update', 'the withdrawal is told');
  const updates = (await queue(page, 'dataLayer')).filter((it) => it[1] === 'update');
  assert.deepEqual(updates.at(-1), ['consent', 'update', google([])]);
  assert.deepEqual((await queue(page, 'uetq', '.q')).slice(-3), ['consent', 'update', { ad_storage: 'denied' }]);
  assert.deepEqual((await queue(page, 'clarity', '.q')).at(-1), ['consentv2', { ad_Storage: 'denied', analytics_Storage: 'denied' }]);
  assert.deepEqual((await queue(page, 'fbq', '.queue')).at(-1), ['consent', 'revoke']);
  assert.deepEqual((await queue(page, '_paq')).at(-1), ['forgetConsentGiven']);
  assert.deepEqual((await queue(page, '_hsq')).at(-1), ['doNotTrack']);
  assert.ok((await queue(page, 'ttq')).some(([name]) => name === 'revokeConsent'));
  await page.until(async () => !(await page.cookies()).some((name) => left.includes(name)), 'what they left is cleared');

  recorder.log.splice(0);
  await page.reload();
  await page.until(async () => (await queue(page, 'dataLayer')).some((it) => it[1] === 'update'), 'the next page tells it again');
  assert.deepEqual((await queue(page, 'dataLayer')).filter((it) => it[1] === 'update'), [['consent', 'update', google([])]]);
  assert.deepEqual(hits(), []);
});

story('who permits statistics alone permits nothing of the ads', WITH_RECIPES, async ({ page }) => {
  recorder.log.splice(0);
  await page.open();
  await page.banner();
  await page.save({ analytics: true, marketing: false, functionality: false });
  await tagged(page);
  ordered(await queue(page, 'dataLayer'), google(['analytics_storage']));
  const wanted = new Set(RECIPES.filter((it) => purpose(it) === 'analytics').map(host));
  const others = hits().map((path) => path.split('/')[1]).filter((it) => !wanted.has(it));
  assert.deepEqual(others, [], 'no other vendor is asked for anything');
});

const hits = () => recorder.log.map(({ path }) => path);

/** Default comes first, the update with these words next, and only then anything of a tag. */
function ordered(layer, update) {
  const place = (what) => layer.findIndex(what);
  const [byDefault, updated] = ['default', 'update'].map((word) => place((it) => it[0] === 'consent' && it[1] === word));
  assert.equal(byDefault, 0);
  assert.deepEqual(layer[updated], ['consent', 'update', update]);
  for (const tag of [place((it) => it[0] === 'js'), place((it) => it[0] === 'config'), place((it) => it.tag)]) {
    assert.ok(tag > updated, `tag at ${tag}, update at ${updated}: ${JSON.stringify(layer)}`);
  }
}

/** Waits until Google's own script has run. */
const tagged = (page) => page.until(async () => (await queue(page, 'dataLayer')).some(({ tag }) => tag?.includes('gtag/js')), 'the tag runs');

/** A vendor's queue, as plain lists. */
const queue = (page, name, part = '') => page.run(`
  const plain = (it) => (Object.prototype.toString.call(it) === '[object Arguments]' ? [...it] : it);
  return [...(window[arguments[0]]${part ? '?' : ''}${part} ?? [])].map(plain);`, name);
