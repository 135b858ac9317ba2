/**
 * Passes consent on to other tools: `import { connectSegment } from 'consentkit/transports'`.
 *
 * For each there is a function from a state to the vendor's form, and a `connect` that listens to ConsentKit.
 * None of it decides anything: what is permitted is read from ConsentKit, what a vendor calls it from your map.
 */
export { adobeConsents, connectAdobe, type AdobeConsents, type AdobeField, type AdobeOptions, type AdobeValue } from './adobe.js';
export { TransportError } from './error.js';
export type { ConsentMap } from './map.js';
export { connectMparticle, mparticleConsent, type Mparticle, type MparticleConsent, type MparticleOptions, type MparticleState } from './mparticle.js';
export { createOutbox, type Outbox, type OutboxOptions } from './outbox.js';
export { connectRudderstack, rudderstackConsent, type RudderstackAnalytics, type RudderstackConsent, type RudderstackConsentOptions, type RudderstackOptions } from './rudderstack.js';
export { connectSegment, segmentConsent, segmentMiddleware, type SegmentAnalytics, type SegmentEvent, type SegmentMiddleware, type SegmentOptions } from './segment.js';
export { connectSnowplow, snowplowConsent, type SnowplowEvent, type SnowplowEventType, type SnowplowOptions } from './snowplow.js';
export type { ConsentEvent, ConsentSource, ConsentSourceSoon, ConsentState } from './source.js';
export { connectWebhook, webhookBody, type WebhookBody } from './webhook.js';
