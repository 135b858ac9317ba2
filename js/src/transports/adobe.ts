/**
 * Adobe Experience Platform, in the form of XDM's field group "Consents and Preferences".
 *
 *     await connectAdobe(consent, alloy, { map: { necessary: null, analytics: 'collect', marketing: ['share', 'marketing.any'] } });
 */
import { log } from '../client/log.js';
import { TransportError } from './error.js';
import { categoriesOf, type ConsentMap } from './map.js';
import { observe, type ConsentSourceSoon, type ConsentState } from './source.js';

/** A place in `consents`. */
export type AdobeField = 'collect' | 'share' | 'personalize.content' | `marketing.${string}`;

/** Yes, no, pending, unknown. */
export type AdobeValue = 'y' | 'n' | 'p' | 'u';

export interface AdobeOptions {
  map: ConsentMap<AdobeField>;
  /** What stands there while nothing is known. No, unless said otherwise. */
  undecided?: 'n' | 'p' | 'u';
}

export interface AdobeConsents {
  collect?: { val: AdobeValue };
  share?: { val: AdobeValue };
  personalize?: { content: { val: AdobeValue } };
  marketing?: Record<string, { val: AdobeValue }>;
  metadata: { time: string };
}

const FIELD = /^(collect|share|personalize\.content|marketing\.[a-z][A-Za-z]*)$/;

export function adobeConsents(state: ConsentState, { map, undecided = 'n' }: AdobeOptions): { consents: AdobeConsents } {
  const known = Object.keys(state.items).length > 0;
  const consents: Record<string, Record<string, unknown>> = {};
  for (const [field, on] of Object.entries(categoriesOf(map, state))) {
    if (!FIELD.test(field)) throw new TransportError('CATEGORY_INVALID', `"${field}" is no place in Adobe's consents; use collect, share, personalize.content or marketing.<channel>`);
    const [group, channel] = field.split('.') as [string, string?];
    const val: AdobeValue = on ? 'y' : known ? 'n' : undecided;
    consents[group] = { ...consents[group], ...(channel ? { [channel]: { val } } : { val }) };
  }
  return { consents: { ...consents, metadata: { time: new Date(state.at).toISOString() } } };
}

/** `setConsent` of the Web SDK, at the start of a page where an answer is known and at every change. */
export async function connectAdobe(source: ConsentSourceSoon, alloy: (command: 'setConsent', options: any) => unknown, options: AdobeOptions): Promise<void> {
  const { now, ready } = observe(source, options.map, (state) => {
    const { consents: value } = adobeConsents(state, options);
    Promise.resolve(alloy('setConsent', { consent: [{ standard: 'Adobe', version: '2.0', value }] })).catch(() => log('ADOBE_FAILED', 'setConsent was rejected; it is called again at the next change or page'));
  });
  await ready;
  adobeConsents(now(), options);
}
