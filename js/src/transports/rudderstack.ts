/**
 * RudderStack. The browser library stamps its events itself, from lists that it must be given before the first
 * of them: this adapter therefore loads it.
 *
 *     const analytics = new RudderAnalytics();
 *     await connectRudderstack(start({ policy }), analytics, {
 *       map: { necessary: null, analytics: 'stats', marketing: 'ads' },
 *       load: { writeKey, dataPlaneUrl, options: { … } },
 *     });
 *
 * Ids are case-sensitive. For provider `custom` the browser library leaves the strategy out (3.34), and RudderStack
 * takes that of the destination; what you send in any other way must carry `rudderstackConsent`.
 */
import { categoriesOf, type ConsentMap } from './map.js';
import { observe, type ConsentSourceSoon, type ConsentState } from './source.js';

export interface RudderstackConsentOptions {
  /** Item → the consent category id, exactly as it stands in the destination's settings. */
  map: ConsentMap;
  /** Whether a destination needs all of its categories or any. All, unless said otherwise. */
  strategy?: 'and' | 'or';
}

export interface RudderstackOptions extends RudderstackConsentOptions {
  /** What `analytics.load` is called with. */
  load: { writeKey: string; dataPlaneUrl: string; options?: Record<string, unknown> };
}

export interface RudderstackConsent {
  context: { consentManagement: { allowedConsentIds: string[]; deniedConsentIds: string[]; provider: 'custom'; resolutionStrategy: 'and' | 'or' } };
}

/** What adapters need of `rudderanalytics`. */
export interface RudderstackAnalytics {
  load(writeKey: string, dataPlaneUrl: string, options: any): unknown;
  consent(options: any): unknown;
}

/** The part of an event's `context` by which RudderStack filters: always both lists and the strategy. */
export function rudderstackConsent(state: ConsentState, { map, strategy = 'and' }: RudderstackConsentOptions): RudderstackConsent {
  const all = Object.entries(categoriesOf(map, state));
  const ids = (wanted: boolean) => all.filter(([, on]) => on === wanted).map(([id]) => id);
  return { context: { consentManagement: { allowedConsentIds: ids(true), deniedConsentIds: ids(false), provider: 'custom', resolutionStrategy: strategy } } };
}

/** Loads the library with what is permitted now, and tells it whenever that changes. Rejects when the map does not fit. */
export async function connectRudderstack(source: ConsentSourceSoon, analytics: RudderstackAnalytics, options: RudderstackOptions): Promise<void> {
  const { load } = options;
  const consentManagement = () => ({ enabled: true, ...rudderstackConsent(now(), options).context.consentManagement });
  let loaded = false;
  const tell = () => {
    if (loaded) void analytics.consent({ consentManagement: consentManagement() });
  };
  const { now, ready } = observe(source, options.map, tell);
  // With an empty map this throws, and nothing is loaded.
  void analytics.load(load.writeKey, load.dataPlaneUrl, { ...load.options, consentManagement: consentManagement() });
  loaded = true;
  await ready;
  tell();
}
