// The vendors' forms, written down from their documentation and not from our code. Each check throws on what a
// vendor would reject, or would take for something else than what the person has said.

import assert from 'node:assert/strict';

const isText = (it) => typeof it === 'string' && it.trim() !== '';

/** `{"context":{"consent":{"categoryPreferences":{"Advertising":true,"Analytics":false}}}}` on every event. */
export function segment(event) {
  const preferences = event.context?.consent?.categoryPreferences;
  assert.ok(preferences && typeof preferences === 'object', 'an event without the consent object passes to all destinations');
  assert.notEqual(Object.keys(preferences).length, 0, 'empty categoryPreferences set every category to false');
  for (const [id, on] of Object.entries(preferences)) assert.equal(typeof on, 'boolean', id);
  return preferences;
}

/**
 * `{"context":{"consentManagement":{"allowedConsentIds":["ads"],"deniedConsentIds":["stats"],"provider":"custom",
 * "resolutionStrategy":"and"}}}`. The browser library itself leaves the strategy out: `{ strategy: false }`.
 */
export function rudderstack(event, { strategy = true } = {}) {
  const it = event.context?.consentManagement;
  assert.ok(it, 'an event without the lists is filtered nowhere');
  const names = ['allowedConsentIds', 'deniedConsentIds', 'provider', 'resolutionStrategy'];
  assert.deepEqual(Object.keys(it).sort(), strategy ? names : names.slice(0, 3));
  for (const list of [it.allowedConsentIds, it.deniedConsentIds]) assert.ok(Array.isArray(list) && list.every(isText));
  assert.ok(it.allowedConsentIds.length + it.deniedConsentIds.length > 0);
  assert.deepEqual(it.allowedConsentIds.filter((id) => it.deniedConsentIds.includes(id)), [], 'no id is on both lists');
  assert.equal(it.provider, 'custom');
  if (strategy) assert.ok(['and', 'or'].includes(it.resolutionStrategy));
  return it;
}

const SNOWPLOW_TYPES = ['deny_all', 'allow_all', 'allow_selected', 'pending', 'implicit_consent', 'withdrawn', 'expired'];
const BASES = ['consent', 'contract', 'legal_obligation', 'vital_interests', 'public_task', 'legitimate_interests'];

/** `consent_preferences` of `com.snowplowanalytics.snowplow`: all fields but `gdprApplies` are required. */
export function snowplow({ schema, data, ...rest }) {
  assert.deepEqual(rest, {});
  assert.equal(schema, 'iglu:com.snowplowanalytics.snowplow/consent_preferences/jsonschema/1-0-0');
  const { gdprApplies, ...required } = data;
  assert.deepEqual(Object.keys(required).sort(), ['basisForProcessing', 'consentScopes', 'consentUrl', 'consentVersion', 'domainsApplied', 'eventType']);
  assert.ok(SNOWPLOW_TYPES.includes(data.eventType), data.eventType);
  assert.ok(BASES.includes(data.basisForProcessing), data.basisForProcessing);
  assert.ok(URL.canParse(data.consentUrl));
  assert.ok(isText(data.consentVersion));
  for (const list of [data.consentScopes, data.domainsApplied]) assert.ok(Array.isArray(list) && list.every(isText));
  if (gdprApplies !== undefined) assert.equal(typeof gdprApplies, 'boolean');
  if (['deny_all', 'withdrawn', 'pending'].includes(data.eventType)) assert.deepEqual(data.consentScopes, []);
  else assert.ok(data.consentScopes.length > 0);
  return data;
}

/** `{"collect":{"val":"y"},"share":{"val":"n"},"personalize":{"content":{"val":"y"}},"marketing":{"any":{"val":"n"}},"metadata":{"time":"…Z"}}` */
export function adobe({ metadata, collect, share, personalize, marketing, ...rest }) {
  assert.deepEqual(rest, {});
  assert.match(metadata.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  const channels = Object.entries(marketing ?? {});
  for (const [name, it] of [['collect', collect], ['share', share], ['personalize.content', personalize?.content], ...channels]) {
    if (it) assert.ok(['y', 'n', 'p', 'u'].includes(it.val), `${name}: ${it.val}`);
  }
  assert.ok(collect || share || personalize || channels.length, 'it says something');
  return { collect: collect?.val, share: share?.val, personalize: personalize?.content?.val, ...Object.fromEntries(channels.map(([name, it]) => [name, it.val])) };
}

/** `{"gdpr":{"ads_targeted":{"consented":false,"document":"14.0","timestamp_unixtime_ms":…}},"ccpa":{"data_sale_opt_out":{"consented":true,…}}}` */
export function mparticle({ gdpr, ccpa, ...rest }) {
  assert.deepEqual(rest, {});
  const said = (it) => {
    assert.equal(typeof it.consented, 'boolean');
    assert.ok(Number.isInteger(it.timestamp_unixtime_ms) && it.timestamp_unixtime_ms > 1e12, 'milliseconds');
    for (const name of ['document', 'location']) if (it[name] !== undefined && it[name] !== null) assert.ok(isText(it[name]), name);
    return it.consented;
  };
  assert.ok(Object.keys(gdpr).length > 0);
  if (ccpa) assert.deepEqual(Object.keys(ccpa), ['data_sale_opt_out']);
  return {
    gdpr: Object.fromEntries(Object.entries(gdpr).map(([purpose, it]) => [purpose, said(it)])),
    optedOut: ccpa && said(ccpa.data_sale_opt_out),
  };
}

/** Our own body: every item is in one of the two lists. */
export function webhook(body) {
  assert.deepEqual(Object.keys(body).sort(), ['changed', 'control', 'denied', 'event', 'format', 'granted', 'site', 'time']);
  assert.equal(body.format, 1);
  assert.ok(['first-consent', 'change'].includes(body.event));
  assert.ok(!Number.isNaN(Date.parse(body.time)) && body.time.endsWith('Z'));
  assert.deepEqual(body.granted.filter((item) => body.denied.includes(item)), []);
  return body;
}
