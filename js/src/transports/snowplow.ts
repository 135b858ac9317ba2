/**
 * Snowplow: one self-describing event for each answer.
 *
 *     await connectSnowplow(consent, (event) => trackSelfDescribingEvent({ event }), {
 *       map: { necessary: null, analytics: 'stats_fp' },
 *       consentUrl: 'https://shop.example/privacy', consentVersion: '14.0', domains: ['https://shop.example/'],
 *     });
 */
import { TransportError } from './error.js';
import { categoriesOf, type ConsentMap } from './map.js';
import { observe, type ConsentSourceSoon, type ConsentState } from './source.js';

export type SnowplowEventType = 'deny_all' | 'allow_all' | 'allow_selected' | 'pending' | 'implicit_consent' | 'withdrawn' | 'expired';

export interface SnowplowOptions {
  /** Item → a name in `consentScopes`. */
  map: ConsentMap;
  /** The privacy notice, and its version. */
  consentUrl: string;
  consentVersion: string;
  /** The domains for which the answer holds. */
  domains: readonly string[];
  basisForProcessing?: 'consent' | 'contract' | 'legal_obligation' | 'vital_interests' | 'public_task' | 'legitimate_interests';
  /** Left out where you do not say it. */
  gdprApplies?: boolean;
  /** For what a page cannot see, such as `expired` or `implicit_consent`. Without it the state says which. */
  eventType?: SnowplowEventType;
}

export interface SnowplowEvent {
  schema: string;
  data: {
    eventType: SnowplowEventType;
    basisForProcessing: string;
    consentUrl: string;
    consentVersion: string;
    consentScopes: string[];
    domainsApplied: string[];
    gdprApplies?: boolean;
  };
  /** Trackers take events as records. */
  [field: string]: unknown;
}

const SCHEMA = 'iglu:com.snowplowanalytics.snowplow/consent_preferences/jsonschema/1-0-0';

export function snowplowConsent(state: ConsentState, options: SnowplowOptions): SnowplowEvent {
  const { map, consentUrl, consentVersion, domains, basisForProcessing = 'consent', gdprApplies } = options;
  if (!consentUrl || !consentVersion || !domains.length) {
    throw new TransportError('VALUE_MISSING', 'Snowplow rejects the event without consentUrl, consentVersion and at least one of domains; set all three');
  }
  const all = Object.entries(categoriesOf(map, state));
  const scopes = all.filter(([, on]) => on).map(([scope]) => scope);
  return {
    schema: SCHEMA,
    data: {
      eventType: options.eventType ?? eventType(state, map, scopes.length, all.length),
      basisForProcessing,
      consentUrl,
      consentVersion,
      consentScopes: scopes,
      domainsApplied: [...domains],
      ...(gdprApplies === undefined ? {} : { gdprApplies }),
    },
  };
}

/** Taking back is what follows an earlier yes; what was on without an answer is refused. */
function eventType({ items, event, changed }: ConsentState, map: ConsentMap, allowed: number, all: number): SnowplowEventType {
  if (!Object.keys(items).length) return 'pending';
  if (allowed) return allowed === all ? 'allow_all' : 'allow_selected';
  return event === 'change' && changed.some((item) => map[item] && items[item] === false) ? 'withdrawn' : 'deny_all';
}

/** `track` takes the event to a tracker. Rejects when the map or an option does not fit. */
export async function connectSnowplow(source: ConsentSourceSoon, track: (event: SnowplowEvent) => unknown, options: SnowplowOptions): Promise<void> {
  const { now, ready } = observe(source, options.map, (state) => {
    if (state.event !== 'consent') void track(snowplowConsent(state, options));
  });
  await ready;
  // What is wrong is said now, not at the first answer.
  snowplowConsent(now(), options);
}
