// Segment: every event is stamped, nothing by accident, and a withdrawal wins over what was collected before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { segment } from './forms.mjs';
import { ALL, createRecorder, createSource, transports } from './world.mjs';

const { connectSegment, segmentConsent } = transports;

/** analytics.js as far as source middleware goes: `next(null)` lets an event pass as it was, no `next` stops it. */
function analyticsJs(post) {
  const chain = [];
  const send = async (event) => {
    for (const middleware of chain) {
      let on = false;
      middleware({ payload: { obj: structuredClone(event) }, next: (it) => ([on, event] = [true, it?.obj ?? event]) });
      if (!on) return false;
    }
    await post(event);
    return event;
  };
  return { chain, send, addSourceMiddleware: (it) => chain.push(it), track: (event) => send({ type: 'track', event }) };
}

test('every event carries what is permitted when it is collected', async (t) => {
  const { post, bodies, until } = await createRecorder(t);
  const [source, analytics] = [createSource(), analyticsJs(post)];
  await connectSegment(source, analytics, { map: ALL });
  await analytics.track('Seen');
  source.tell('first-consent', ['necessary', 'analytics']);
  await until(2);
  await analytics.send({ type: 'page', context: { ip: '0.0.0.0' } });
  source.tell('change', ['necessary']);
  await until(4);
  const seen = bodies.map(({ body }) => [body.event ?? body.type, segment(body)]);
  const [none, some] = [{ Analytics: false, Advertising: false }, { Analytics: true, Advertising: false }];
  assert.deepEqual(seen, [['Seen', none], ['Segment Consent Preference Updated', some], ['page', some], ['Segment Consent Preference Updated', none]]);
  assert.equal(bodies[2].body.context.ip, '0.0.0.0', 'the rest of the context stays');
});

test('before the state is known everything is refused', async (t) => {
  const { post, bodies } = await createRecorder(t);
  const analytics = analyticsJs(post);
  let found;
  const connected = connectSegment(new Promise((resolve) => (found = resolve)), analytics, { map: ALL });
  await analytics.track('Early');
  found(createSource(['necessary', 'analytics', 'marketing']));
  await connected;
  await analytics.track('Later');
  assert.deepEqual(bodies.map(({ body }) => segment(body)), [{ Analytics: false, Advertising: false }, { Analytics: true, Advertising: true }]);
});

test('a start that fails leaves everything refused', async (t) => {
  const { post, bodies } = await createRecorder(t);
  const analytics = analyticsJs(post);
  await assert.rejects(connectSegment(Promise.reject(new Error('no network')), analytics, { map: ALL }), /no network/);
  await analytics.track('Seen');
  assert.deepEqual(segment(bodies[0].body), { Analytics: false, Advertising: false });
});

test('without a build the items come from the engine', async (t) => {
  const { post, bodies } = await createRecorder(t);
  const analytics = analyticsJs(post);
  await connectSegment(createSource(['analytics'], []), analytics, { map: ALL });
  await analytics.track('Seen');
  assert.deepEqual(segment(bodies[0].body), { Analytics: true, Advertising: false });
});

test('a map that leads nowhere is an error, and nothing is sent: empty preferences would be an answer', async (t) => {
  const { post, bodies } = await createRecorder(t);
  const analytics = analyticsJs(post);
  const map = { necessary: null, analytics: null, marketing: [] };
  await assert.rejects(connectSegment(createSource(), analytics, { map }), { code: 'CATEGORIES_EMPTY' });
  assert.equal(await analytics.track('Seen'), false);
  assert.deepEqual(bodies, []);
  assert.throws(() => segmentConsent({ items: {} }, { map: {} }), { code: 'CATEGORIES_EMPTY' });
});

test('a purpose that is not mapped is an error at once, and everything stays refused', async (t) => {
  const { post, bodies } = await createRecorder(t);
  const analytics = analyticsJs(post);
  const { marketing, ...map } = ALL;
  await assert.rejects(connectSegment(createSource(['analytics', 'marketing']), analytics, { map }), /PURPOSE_UNMAPPED: the map says nothing of "marketing"; name the category/);
  await analytics.track('Seen');
  assert.deepEqual(segment(bodies[0].body), { Analytics: false });
  await assert.rejects(connectSegment(createSource(), analyticsJs(post), { map: { ...ALL, statistics: 'Analytics' } }), { code: 'PURPOSE_UNKNOWN' });
  await assert.rejects(connectSegment(createSource(), analyticsJs(post), { map: { ...ALL, marketing: '' } }), { code: 'CATEGORY_INVALID' });
});

test('two purposes of one category: it is on when both are', () => {
  const map = { necessary: null, analytics: 'Both', marketing: ['Both', 'Advertising'] };
  const state = (analytics, marketing) => ({ items: { necessary: true, analytics, marketing } });
  const preferences = (...on) => segment(segmentConsent(state(...on), { map }));
  assert.deepEqual([[true, true], [true, false], [false, true]].map((on) => preferences(...on).Both), [true, false, false]);
});

test('an event that is sent again is only lowered: withdrawal wins, and a later yes does not reach back', async (t) => {
  const { post } = await createRecorder(t);
  const [source, analytics] = [createSource(['analytics']), analyticsJs(post)];
  await connectSegment(source, analytics, { map: ALL });
  const kept = await analytics.track('Kept');
  source.tell('change', ['marketing']);
  assert.deepEqual(segment(await analytics.send(kept)), { Analytics: false, Advertising: false });
  source.tell('change', ['analytics', 'marketing']);
  assert.deepEqual(segment(await analytics.send(kept)), { Analytics: true, Advertising: false });
});

test('an event of a purpose that is denied now is dropped; that it was withdrawn is told', async (t) => {
  const { post, bodies, until } = await createRecorder(t);
  const [source, analytics] = [createSource(['analytics']), analyticsJs(post)];
  await connectSegment(source, analytics, { map: ALL, needs: () => ['analytics'] });
  const kept = await analytics.track('Kept');
  source.tell('change', []);
  await until(2);
  assert.equal(await analytics.send(kept), false);
  assert.deepEqual(bodies.map(({ body }) => body.event), ['Kept', 'Segment Consent Preference Updated']);
});
