// Adapters with the libraries of the vendors themselves: what leaves the browser is what each vendor would receive.
// They need the package only, no backend: `CONSENTKIT_TARBALL`.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as forms from '../node/transports/forms.mjs';
import { borrow } from './lib/borrow.mjs';
import { engines } from './lib/browsers.mjs';
import { viteProject } from './lib/empty-project.mjs';
import { bodyOf, listen } from './lib/listen.mjs';
import { Page } from './lib/page.mjs';
import { lease } from './lib/ports.mjs';
import { startSite } from './lib/servers.mjs';
import { shopPolicy, tarball } from './lib/site.mjs';

const MAP = { necessary: 'null', functionality: 'null', analytics: "'Stats'", marketing: "'ads'" };
const map = (names = MAP) => `{ ${Object.entries(names).map(([item, to]) => `${item}: ${to}`).join(', ')} }`;
const START = "import { start } from 'consentkit'; import policy from './policy.json'; const consent = (window.started = start({ policy, region: 'DE' }));";

/** A page with one vendor's library, and a server that takes what it sends. `vendor.sent(pattern)` reads bodies. */
function driven(name, main, run) {
  for (const engine of engines) {
    test(`${name} [${engine.name}]`, { skip: !tarball && 'set CONSENTKIT_TARBALL', timeout: 180_000 }, async (t) => {
      const vendor = await startVendor();
      t.after(vendor.stop);
      const files = await viteProject(`${START}\nconst ORIGIN = '${vendor.origin}';\n${main}`)();
      t.after(files.done);
      const policy = shopPolicy();
      policy.settings = { ...policy.settings, endpoint: '' };
      // A page that begins anew would send everything again.
      for (const service of policy.services) service.reloadOnWithdraw = false;
      await files.build(policy);
      const site = await startSite(files.root, { region: 'DE', csp: files.csp({ connect: [vendor.origin] }), substitutions: { ANALYTICS: vendor.origin, ADS: vendor.origin } });
      t.after(site.stop);
      const driver = await borrow(engine);
      t.after(() => driver.done());
      const page = new Page(driver, site);
      await run({ page, vendor, until: (pattern, count) => page.until(() => vendor.sent(pattern).length >= count, `${count} of ${pattern}: ${JSON.stringify(vendor.bodies.map(({ path }) => path))}`) });
      const { errors, violations } = await page.seen();
      assert.deepEqual(errors, [], 'the page throws nothing');
      // The policy forbids what is not the vendor's address: a library that asks elsewhere is only noted.
      for (const { directive, blocked } of violations) t.diagnostic(`blocked: ${directive} ${blocked}`);
    });
  }
}

async function startVendor() {
  const bodies = [];
  // The address is in the bundle.
  const { port, give } = await lease();
  const server = await listen('vendor', async (request, response, url) => {
    const headers = { 'access-control-allow-origin': request.headers.origin ?? '*', 'access-control-allow-credentials': 'true', 'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*', 'access-control-allow-methods': 'GET, POST' };
    const text = await bodyOf(request);
    if (request.method === 'POST') bodies.push({ path: url.pathname, body: JSON.parse(text) });
    const answer = /identify/.test(url.pathname) ? { mpid: '1', matched_identities: {}, is_logged_in: false, context: '' } : { success: true };
    response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }, port);
  return { ...server, stop: () => server.stop().then(give), bodies, sent: (pattern) => bodies.filter(({ path }) => pattern.test(path)).map(({ body }) => body) };
}

const SEGMENT = `
import { AnalyticsBrowser } from '@segment/analytics-next';
import { connectSegment } from 'consentkit/transports';
const analytics = new AnalyticsBrowser();
connectSegment(consent, analytics, { map: ${map()} });
analytics.load({ writeKey: 'key', cdnSettings: { integrations: { 'Segment.io': { apiKey: 'key' } } } }, { integrations: { 'Segment.io': { apiHost: ORIGIN.slice(7) + '/v1', protocol: 'http' } } });
analytics.track('Early');
window.vendor = analytics;
`;

driven('Segment: every event of analytics.js is stamped, from the first', SEGMENT, async ({ page, vendor, until }) => {
  const stamps = () => vendor.sent(/^\/v1\//).map((event) => [event.event ?? event.type, forms.segment(event)]);
  const events = (name) => page.until(() => stamps().find(([event]) => event === name), `${name}: ${JSON.stringify(stamps())}`);
  await page.open();
  await events('Early');
  await page.banner();
  await page.answer('accept');
  await until(/^\/v1\/t/, 2);
  await page.run("vendor.page(); vendor.identify('u1', { plan: 'a' })");
  await events('identify');
  await page.run('return ConsentKit.withdraw()');
  await until(/^\/v1\/t/, 3);
  await page.run("vendor.track('Late')");
  await events('Late');
  const [none, all] = [{ Stats: false, ads: false }, { Stats: true, ads: true }];
  assert.deepEqual(stamps().filter(([event]) => !['page', 'identify'].includes(event)), [['Early', none], ['Segment Consent Preference Updated', all], ['Segment Consent Preference Updated', none], ['Late', none]]);
  assert.deepEqual(stamps().filter(([event]) => ['page', 'identify'].includes(event)).map(([, stamp]) => stamp), [all, all]);
});

driven('Segment: with a map that leads nowhere nothing is sent', SEGMENT.replace(map(), map({ ...MAP, analytics: 'null', marketing: 'null' })).replace(/connectSegment\((.*)\);/, 'connectSegment($1).catch(({ code }) => (window.refused = code));'), async ({ page, vendor }) => {
  await page.open();
  await page.banner();
  await page.until(() => page.run("return window.refused === 'CATEGORIES_EMPTY'"), 'it is refused');
  await page.run("return vendor.track('Seen').then(() => {}, () => {})");
  assert.deepEqual(vendor.sent(/^\/v1\//), []);
});

const RUDDERSTACK = `
import { RudderAnalytics } from '@rudderstack/analytics-js/bundled';
import { connectRudderstack } from 'consentkit/transports';
const analytics = new RudderAnalytics();
const source = { source: { id: 's', name: 's', writeKey: 'key', enabled: true, config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } }, destinations: [], workspaceId: 'w', updatedAt: '' } };
connectRudderstack(consent, analytics, { map: ${map()}, load: { writeKey: 'key', dataPlaneUrl: ORIGIN, options: { getSourceConfig: () => source, queueOptions: { batch: { enabled: false } } } } });
analytics.track('Early');
window.vendor = analytics;
`;

driven('RudderStack: the library stamps both lists on every event', RUDDERSTACK, async ({ page, vendor, until }) => {
  await page.open();
  await until(/\/v1\/track/, 1);
  await page.banner();
  await page.answer('accept');
  await page.until(() => page.granted('marketing'), 'it is granted');
  await page.run("vendor.track('Allowed')");
  await until(/\/v1\/track/, 2);
  await page.run('return ConsentKit.withdraw()');
  await page.until(async () => !(await page.granted('marketing')), 'it is withdrawn');
  await page.run("vendor.track('Late')");
  await until(/\/v1\/track/, 3);
  // 3.34 leaves the strategy out for provider custom and takes no other: RudderStack has it at the destination.
  const lists = vendor.sent(/\/v1\/track/).map((event) => [event.event, forms.rudderstack(event, { strategy: false })]).map(([event, it]) => [event, it.allowedConsentIds, it.deniedConsentIds]);
  assert.deepEqual(lists, [['Early', [], ['Stats', 'ads']], ['Allowed', ['Stats', 'ads'], []], ['Late', [], ['Stats', 'ads']]]);
});

const SNOWPLOW = `
import { newTracker, trackSelfDescribingEvent } from '@snowplow/browser-tracker';
import { connectSnowplow } from 'consentkit/transports';
newTracker('sp', ORIGIN, { appId: 'shop', eventMethod: 'post', bufferSize: 1 });
connectSnowplow(consent, (event) => trackSelfDescribingEvent({ event }), {
  map: ${map()}, consentUrl: 'https://shop.example/privacy', consentVersion: '14.0', domains: ['https://shop.example/'], gdprApplies: true,
});
`;

driven('Snowplow: the tracker sends one consent_preferences event for each answer', SNOWPLOW, async ({ page, vendor, until }) => {
  await page.open();
  await page.banner();
  await page.save({ analytics: true, marketing: false });
  await until(/tp2/, 1);
  await page.save({ marketing: true });
  await until(/tp2/, 2);
  await page.run('return ConsentKit.withdraw()');
  await until(/tp2/, 3);
  const events = vendor.sent(/tp2/).flatMap(({ data }) => data).map(({ e, ue_px, ue_pr }) => {
    assert.equal(e, 'ue');
    return forms.snowplow(JSON.parse(ue_pr ?? Buffer.from(ue_px, 'base64url').toString()).data);
  });
  assert.deepEqual(events.map(({ eventType, consentScopes }) => [eventType, consentScopes]), [['allow_selected', ['Stats']], ['allow_all', ['Stats', 'ads']], ['withdrawn', []]]);
});

const MPARTICLE = `
import mParticle from '@mparticle/web-sdk';
import { connectMparticle } from 'consentkit/transports';
const host = ORIGIN.slice(7);
window.mParticle = mParticle;
mParticle.init('key', { isDevelopmentMode: true, requestConfig: false, forceHttps: false, v3SecureServiceUrl: host + '/v3/JS/', identityUrl: host + '/identity/v1/', flags: { eventsV3: '100', eventBatchingIntervalMillis: '1000' } });
connectMparticle(consent, mParticle, { map: ${map()}, saleOptOut: ['marketing'], document: '14.0' });
window.vendor = mParticle;
`;

driven('mParticle: batches carry the state, with the opt-out the right way round', MPARTICLE, async ({ page, vendor }) => {
  const last = () => vendor.sent(/v3\/JS.*events/).at(-1)?.consent_state;
  const said = async (event, ads) => {
    await page.run("vendor.logEvent(arguments[0], 1); vendor.upload()", event);
    return page.until(() => last()?.gdpr?.ads?.consented === ads && last(), `${event}: ${JSON.stringify(vendor.bodies)}`);
  };
  await page.open();
  await page.banner();
  await page.save({ analytics: true, marketing: true });
  assert.deepEqual(forms.mparticle(await said('Allowed', true)), { gdpr: { stats: true, ads: true }, optedOut: false });
  await page.save({ marketing: false });
  assert.deepEqual(forms.mparticle(await said('Late', false)), { gdpr: { stats: true, ads: false }, optedOut: true });
  assert.equal(last().gdpr.ads.document, '14.0');
});
