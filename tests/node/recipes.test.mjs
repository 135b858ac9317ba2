// The recipes for vendors: complete, alike in form, and on the command line as in the pages of a build.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import vm from 'node:vm';
import { bundled } from './bundled.mjs';
import { changed, owner, refused, shop } from './owner-cli.mjs';
import { repository } from './runner.mjs';

const FOLDER = join(repository, 'js/src/recipes/data');
const RECIPES = Object.fromEntries(readdirSync(FOLDER).map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))]));
const SHARED = JSON.parse(readFileSync(join(FOLDER, '../vendors.json'), 'utf8'));
const README = readFileSync(join(repository, 'README.md'), 'utf8');

/** The shop with services of these recipes: `[id, recipe, needs]`. */
const withRecipes = (services, settings = {}) => changed(shop(), (policy) => {
  policy.services = services.map(([id, recipe, needs]) => ({ id, name: id, recipe, needs: [needs] }));
  Object.assign(policy.settings ??= {}, settings);
});

test('every vendor that people ask for has a recipe', () => {
  // Written here, not read from the folder.
  const wanted = ['ga4', 'gtm', 'google-ads', 'meta-pixel', 'clarity', 'microsoft-ads', 'matomo', 'plausible', 'hubspot', 'youtube', 'vimeo', 'google-maps', 'hotjar', 'linkedin', 'tiktok'];
  assert.deepEqual(wanted.filter((name) => !RECIPES[name]), []);
});

for (const [name, recipe] of Object.entries(RECIPES)) {
  test(`the recipe ${name} waits for an answer, and fills in nothing that it does not explain`, () => {
    const html = recipe.markup.join('\n');
    for (const [tag] of html.matchAll(/<(?:script|iframe|img|link)\b[^>]*>/g)) {
      assert.match(tag, /data-category="\{category\}" data-service="\{service\}"/, tag);
      assert.ok(!tag.startsWith('<script') || tag.includes('type="text/plain"'), tag);
      assert.doesNotMatch(tag, /\s(?:src|href)=/, tag);
    }
    const words = [...`${html} ${JSON.stringify(recipe.hosts)}`.matchAll(/\{(\w+)\}/g)].map(([, word]) => word);
    assert.deepEqual([...new Set(words)].sort(), [...new Set([...Object.keys(recipe.params), ...(html ? ['category', 'service'] : [])])].sort());
    // What the markup loads, a policy of hosts must allow.
    const allowed = Object.values(recipe.hosts).flat();
    const matches = (host) => allowed.some((it) => it === `https://${host}` || (it.startsWith('https://*.') && host.endsWith(it.slice(9))));
    for (const [, host] of html.matchAll(/https:\/\/([\w.{}-]+)\//g)) assert.ok(matches(host), host);
    assert.match(recipe.source, /^https:\/\//);
    for (const [vendor, keys] of Object.entries(recipe.tells ?? {})) assert.deepEqual(keys.filter((key) => !SHARED[vendor].keys.includes(key)), []);
    // A script that does not parse would only be seen in a browser.
    for (const [, code] of html.matchAll(/<script[^>]*>\n([\s\S]*?)<\/script>/g)) new vm.Script(code.replace(/\{(\w+)\}/g, '1'));
  });
}

test('recipes are listed, and one is told with all that an owner must write', (t) => {
  const it = owner(t);
  const { stdout } = it.run('recipes');
  assert.deepEqual(stdout.trim().split('\n').map((line) => line.split(' ')[0]), Object.keys(RECIPES).sort());
  const told = it.run('recipes', 'ga4').stdout;
  for (const part of ['"recipe":"ga4"', 'data-category="analytics" data-service="ga4"', 'script-src https://www.googletagmanager.com', RECIPES.ga4.source]) assert.ok(told.includes(part), part);
  assert.deepEqual(JSON.parse(it.run('recipes', 'ga4', '--json').stdout), RECIPES.ga4);
  refused(it.run('recipes', 'ga5'), /there is no recipe "ga5"; there are clarity, ga4/);
});

test('a service has the trackers of its recipe, unless the owner names others', (t) => {
  const it = owner(t, withRecipes([['ga4', 'ga4', 'analytics'], ['meta', 'meta-pixel', 'marketing']]));
  assert.equal(it.run('build', 'policy.json').code, 0);
  const services = () => JSON.parse(it.read('consent/policy.json')).services;
  assert.deepEqual(services().map(({ trackers }) => trackers.map(({ name }) => name)), [['_ga', '_ga_*'], ['_fbp', '_fbc']]);
  it.write(changed(withRecipes([['ga4', 'ga4', 'analytics']]), (policy) => (policy.services[0].trackers = [{ name: '_own' }])));
  assert.equal(it.run('build', 'policy.json', '-o', 'other').code, 0);
  assert.deepEqual(JSON.parse(it.read('other/policy.json')).services[0].trackers.map(({ name }) => name), ['_own']);
});

test('a bundle gives a policy what a build gives it, tells vendors at once, and names a recipe that is missing', async (t) => {
  const { applyRecipes } = await bundled('recipes/index.ts');
  t.after(() => ['dataLayer', 'uetq', 'ConsentKit'].forEach((name) => delete globalThis[name]));
  const policy = withRecipes([['ga4', 'ga4', 'analytics'], ['ms', 'microsoft-ads', 'marketing']]);
  const it = owner(t, policy);
  assert.equal(it.run('build', 'policy.json').code, 0);
  const built = JSON.parse(it.read('consent/policy.json')).services;
  const { services } = applyRecipes(policy, { ga4: RECIPES.ga4, 'microsoft-ads': RECIPES['microsoft-ads'] });
  const names = (list) => list.map(({ id, name, trackers }) => [id, name, trackers.map((tracker) => tracker.name)]);
  assert.deepEqual(names(services), names(built));
  assert.deepEqual(globalThis.dataLayer.map((words) => [...words].slice(0, 2)), [['consent', 'default']]);
  assert.deepEqual(globalThis.uetq, ['consent', 'default', { ad_storage: 'denied' }]);
  assert.throws(() => applyRecipes(policy, { ga4: RECIPES.ga4 }), /services\[1\]\.recipe: "microsoft-ads" is not among the recipes; import it from consentkit\/recipes\/microsoft-ads/);
});

test('an unknown recipe is named with its place', (t) => {
  const it = owner(t, withRecipes([['ga4', 'ga4', 'analytics'], ['x', 'google-analytics', 'analytics']]));
  for (const command of ['build', 'check', 'lint']) refused(it.run(command, 'policy.json'), /policy\.json: services\[1\]\.recipe: there is no recipe "google-analytics"/);
});

test('pages without a vendor to tell carry no line of it', (t) => {
  const it = owner(t);
  assert.equal(it.run('build', 'policy.json').code, 0);
  assert.doesNotMatch(it.read('consent/boot.js'), /dataLayer|ad_storage/);
  it.write(withRecipes([['maps', 'google-maps', 'functionality']]));
  assert.equal(it.run('build', 'policy.json', '-o', 'maps').code, 0);
  assert.doesNotMatch(it.read('maps/boot.js'), /dataLayer|ad_storage/);
});

test('Google hears defaults by region where the owner wants it, and of no place that begins with a refusal', (t) => {
  const services = [['ga4', 'ga4', 'analytics'], ['ads', 'google-ads', 'marketing']];
  const defaults = (settings) => {
    const it = owner(t, withRecipes(services, settings));
    assert.equal(it.run('build', 'policy.json').code, 0);
    return first(it.read('consent/boot.js')).map(([, , states]) => states);
  };
  assert.equal(defaults({}).length, 1, 'without, everybody is treated as in the strictest place');
  const [everywhere, ...places] = defaults({ google: { regionDefaults: true } });
  assert.equal(everywhere.region, undefined);
  assert.equal(everywhere.ad_storage, 'denied');
  // As Google reads them: the default of the place itself, else of its country, else of everywhere.
  const of = (place) => [place, place.split('-')[0]].map((code) => places.find(({ region }) => region.includes(code))).find(Boolean) ?? everywhere;
  // Opt-out laws: Texas, Virginia. Opt-in laws: Germany, France. Canada permits statistics, Quebec does not.
  for (const place of ['US-TX', 'US-VA']) assert.equal(of(place).ad_storage, 'granted', place);
  for (const place of ['DE', 'FR', 'GB', 'CA-QC']) assert.deepEqual([of(place).ad_storage, of(place).analytics_storage], ['denied', 'denied'], place);
  assert.deepEqual([of('CA-ON').ad_storage, of('CA-ON').analytics_storage], ['denied', 'granted']);
});

test('a key of several services is granted while all of them are', (t) => {
  const it = owner(t, withRecipes([['ads', 'google-ads', 'marketing'], ['ads2', 'google-ads', 'functionality']]));
  assert.equal(it.run('build', 'policy.json').code, 0);
  const { then } = vendors(it.read('consent/boot.js'))[0];
  assert.deepEqual(then[0][2].ad_storage, { of: ['ads', 'ads2'] });
  assert.equal(then[0][2].analytics_storage, 'denied', 'what no service stands for');
});

test('the README names every recipe', () => {
  for (const name of Object.keys(RECIPES)) assert.ok(README.includes('`' + name + '`'), name);
});

/** What the snippet at the head of boot was given. */
const vendors = (boot) => JSON.parse(/(\[\{"to":.*?\}\])\)/.exec(boot)[1]);
const first = (boot) => vendors(boot)[0].first.filter(([, word]) => word === 'default');
