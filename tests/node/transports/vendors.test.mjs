// The other vendors: the exact form of each, against a server that writes down what it is sent.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as forms from './forms.mjs';
import { createRecorder, createSource, transports, until } from './world.mjs';

const { adobeConsents, connectAdobe, connectMparticle, connectRudderstack, connectSnowplow, connectWebhook, createOutbox, mparticleConsent, rudderstackConsent, snowplowConsent } = transports;
const state = (items, about) => ({ site: 'shop.example', items, event: '', at: 1795425302481, control: '', changed: [], ...about });
const MAP = { necessary: null, analytics: 'stats', marketing: 'ads' };

test('RudderStack: both lists and the strategy, ids as they are written', async (t) => {
  const { post, bodies } = await createRecorder(t);
  const map = { necessary: null, analytics: 'Stats', marketing: 'stats' };
  for (const on of [[true, true], [true, false], [false, false]]) await post(rudderstackConsent(state({ necessary: true, analytics: on[0], marketing: on[1] }), { map }));
  await post(rudderstackConsent(state({}), { map, strategy: 'or' }));
  const lists = bodies.map(({ body }) => forms.rudderstack(body)).map((it) => [it.allowedConsentIds, it.deniedConsentIds, it.resolutionStrategy]);
  assert.deepEqual(lists, [[['Stats', 'stats'], [], 'and'], [['Stats'], ['stats'], 'and'], [[], ['Stats', 'stats'], 'and'], [[], ['Stats', 'stats'], 'or']]);
});

test('RudderStack: the library is loaded with everything refused until the state is known', async () => {
  const said = [];
  const analytics = { load: (...args) => said.push(args), consent: (it) => said.push([it]) };
  const lists = () => said.at(-1).at(-1).consentManagement;
  let found;
  const load = { writeKey: 'key', dataPlaneUrl: 'https://data.example', options: { useBeacon: true } };
  const connected = connectRudderstack(new Promise((resolve) => (found = resolve)), analytics, { map: MAP, load });
  assert.deepEqual([said[0][0], said[0][1], said[0][2].useBeacon, lists().enabled], ['key', 'https://data.example', true, true]);
  assert.deepEqual([lists().allowedConsentIds, lists().deniedConsentIds], [[], ['stats', 'ads']]);
  const source = createSource(['analytics']);
  found(source);
  await connected;
  assert.deepEqual([lists().allowedConsentIds, lists().deniedConsentIds], [['stats'], ['ads']]);
  source.tell('change', []);
  assert.deepEqual([lists().allowedConsentIds, lists().deniedConsentIds], [[], ['stats', 'ads']]);
  said.length = 0;
  await assert.rejects(connectRudderstack(source, analytics, { map: {}, load }), { code: 'CATEGORIES_EMPTY' });
  assert.deepEqual(said, [], 'and nothing is loaded');
});

const NOTICE = { map: MAP, consentUrl: 'https://shop.example/privacy', consentVersion: '14.0', domains: ['https://shop.example/'] };

test('Snowplow: what was answered decides the type of the event', async (t) => {
  const { post, bodies, until } = await createRecorder(t);
  const source = createSource();
  await connectSnowplow(source, post, { ...NOTICE, gdprApplies: true });
  const answers = [['first-consent', []], ['change', ['analytics', 'marketing']], ['change', ['analytics']], ['change', ['necessary']], ['change', ['marketing']]];
  for (const [index, [event, granted]] of answers.entries()) {
    source.tell(event, granted);
    await until(index + 1);
  }
  source.tell('consent', ['marketing']);
  assert.equal(bodies.length, 5, 'the start of a page is no answer');
  const seen = bodies.map(({ body }) => forms.snowplow(body)).map(({ eventType, consentScopes }) => [eventType, consentScopes]);
  assert.deepEqual(seen, [['deny_all', []], ['allow_all', ['stats', 'ads']], ['allow_selected', ['stats']], ['withdrawn', []], ['allow_selected', ['ads']]]);
  assert.equal(bodies[0].body.data.gdprApplies, true);
  assert.equal(forms.snowplow(snowplowConsent(state({}), NOTICE)).eventType, 'pending');
  assert.equal(forms.snowplow(snowplowConsent(state({ necessary: true, analytics: true, marketing: true }), { ...NOTICE, eventType: 'implicit_consent' })).eventType, 'implicit_consent');
});

test('Snowplow: what it would reject is said at once', async () => {
  for (const missing of [{ consentUrl: '' }, { consentVersion: '' }, { domains: [] }]) {
    await assert.rejects(connectSnowplow(createSource(), () => {}, { ...NOTICE, ...missing }), { code: 'VALUE_MISSING' });
  }
});

const FIELDS = { necessary: null, analytics: ['collect', 'personalize.content'], marketing: ['share', 'marketing.any', 'marketing.email'] };

test('Adobe: yes and no where XDM wants them, no while nothing is known', async (t) => {
  const { post, bodies, until } = await createRecorder(t);
  const source = createSource();
  const alloy = async (command, { consent: [{ standard, version, value }] }) => {
    assert.deepEqual([command, standard, version], ['setConsent', 'Adobe', '2.0']);
    await post(value);
  };
  await connectAdobe(source, alloy, { map: FIELDS });
  source.tell('consent', ['analytics']);
  await until(1);
  source.tell('change', ['marketing']);
  await until(2);
  assert.deepEqual(bodies.map(({ body }) => forms.adobe(body)), [
    { collect: 'y', personalize: 'y', share: 'n', any: 'n', email: 'n' },
    { collect: 'n', personalize: 'n', share: 'y', any: 'y', email: 'y' },
  ]);
  for (const undecided of [undefined, 'p', 'u']) {
    assert.equal(forms.adobe(adobeConsents(state({}), { map: FIELDS, ...(undecided && { undecided }) }).consents).collect, undecided ?? 'n');
  }
  assert.equal(forms.adobe(adobeConsents(state({ necessary: true, analytics: false, marketing: false }), { map: FIELDS, undecided: 'p' }).consents).collect, 'n', 'what is known is never pending');
  for (const field of ['metadata', 'metadata.time', 'marketing', 'collect.val']) {
    await assert.rejects(connectAdobe(source, alloy, { map: { ...FIELDS, marketing: field } }), { code: 'CATEGORY_INVALID' });
  }
});

test('mParticle: a yes is a yes, but in data_sale_opt_out a yes is an opt-out', async (t) => {
  const { post, bodies } = await createRecorder(t);
  const options = { map: MAP, saleOptOut: ['marketing'], document: '14.0' };
  await post(mparticleConsent(state({ necessary: true, analytics: true, marketing: true }, { control: 'banner.accept' }), options));
  await post(mparticleConsent(state({ necessary: true, analytics: true, marketing: false }), options));
  await post(mparticleConsent(state({}), options));
  assert.deepEqual(bodies.map(({ body }) => forms.mparticle(body.consent_state)), [
    { gdpr: { stats: true, ads: true }, optedOut: false },
    { gdpr: { stats: true, ads: false }, optedOut: true },
    { gdpr: { stats: false, ads: false }, optedOut: true },
  ]);
  assert.equal(bodies[0].body.consent_state.gdpr.ads.location, 'banner.accept');
  assert.equal(forms.mparticle(mparticleConsent(state({}), { map: MAP }).consent_state).optedOut, undefined, 'nothing is said of sale');
  const mParticle = { ready: () => {} };
  await assert.rejects(connectMparticle(createSource(), mParticle, { map: MAP, saleOptOut: ['ads'] }), /PURPOSE_UNKNOWN.*"ads" is none/);
  await assert.rejects(connectMparticle(createSource(), mParticle, { map: MAP, saleOptOut: [] }), { code: 'PURPOSE_UNKNOWN' });
});

test('webhook: one POST for each answer, and no second try', async (t) => {
  const [{ origin, bodies, until }, down] = [await createRecorder(t), await createRecorder(t, 503)];
  const source = createSource();
  const warned = t.mock.method(console, 'warn', () => {});
  await Promise.all([connectWebhook(source, `${origin}/hook`), connectWebhook(source, down.origin)]);
  source.tell('consent', ['necessary']);
  source.tell('first-consent', ['necessary', 'analytics'], 'banner.accept');
  source.tell('change', ['necessary', 'analytics']);
  await until(1);
  source.tell('change', ['necessary']);
  await until(2);
  const [first, second] = bodies.map(({ body }) => forms.webhook(body));
  assert.deepEqual([first.site, first.event, first.control, first.granted, first.denied, first.changed], ['shop.example', 'first-consent', 'banner.accept', ['necessary', 'analytics'], ['marketing'], ['analytics']]);
  assert.deepEqual([second.event, second.granted, second.changed], ['change', ['necessary'], ['analytics']]);
  assert.deepEqual([bodies[0].method, bodies[0].path, bodies[0].headers['content-type'], bodies[0].headers.cookie], ['POST', '/hook', 'application/json', undefined]);
  await down.until(2);
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(down.bodies.length, 2);
  assert.match(warned.mock.calls[0].arguments[0], /WEBHOOK_FAILED: the webhook answered 503/);
  await assert.rejects(connectWebhook(source, 'no address'), { code: 'VALUE_MISSING' });
});

test('outbox: stamped when collected, looked at again when forwarded', async () => {
  const source = createSource(['necessary', 'analytics', 'marketing']);
  const sent = [];
  const outbox = createOutbox(source, { needs: ({ needs }) => needs, send: ({ name }, { items }) => sent.push([name, items.marketing]) });
  await until(() => outbox.add({ name: 'both', needs: ['analytics'] }), 'ConsentKit is there');
  outbox.add({ name: 'ads', needs: ['marketing'] });
  source.tell('change', ['necessary', 'analytics']);
  source.tell('change', ['necessary', 'analytics', 'marketing']);
  outbox.flush();
  assert.deepEqual(sent, [['both', false]], 'permitted anew, and gone all the same');
  assert.equal(outbox.add({ name: 'needless', needs: [] }), false);
  assert.equal(outbox.add({ name: 'strange', needs: ['other'] }), false);
  outbox.add({ name: 'late', needs: ['analytics'] });
  source.granted = [];
  outbox.flush();
  assert.equal(sent.length, 1, 'also without an event in between');
  source.granted = ['analytics', 'marketing'];
  outbox.add({ name: 'lowered', needs: ['analytics'] });
  source.granted = ['analytics'];
  outbox.flush();
  assert.deepEqual(sent[1], ['lowered', false]);
  assert.equal(createOutbox(new Promise(() => {}), { needs: () => ['analytics'], send() {} }).add({}), false, 'nothing before ConsentKit is there');
});

test('outbox: who has heard of an earlier answer begins with it', async () => {
  const source = createSource();
  source.tell('consent', ['analytics']);
  const sent = [];
  const outbox = createOutbox(source, { needs: () => ['analytics'], send: (event) => sent.push(event) });
  await new Promise((resolve) => setTimeout(resolve));
  outbox.add('event');
  outbox.flush();
  assert.deepEqual(sent, ['event']);
});
