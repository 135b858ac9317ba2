/**
 * Segment. An event without the consent object passes to all destinations, so every event is stamped, and one
 * that cannot be stamped is not sent.
 *
 *     const analytics = new AnalyticsBrowser();
 *     await connectSegment(start({ policy }), analytics, { map: { necessary: null, analytics: 'Analytics', marketing: 'Advertising' } });
 *     analytics.load({ writeKey });
 *
 * Connect before `load`, with the promise of `start` rather than its result: what happens before the state is known
 * is stamped as refused. Events in Segment's own store for retries keep the stamp of their collection.
 */
import { categoriesOf, type ConsentMap } from './map.js';
import { observe, type ConsentSourceSoon, type ConsentState } from './source.js';

export interface SegmentOptions {
  /** Item → the id of Segment's consent category. */
  map: ConsentMap;
  /** The items without which an event is not sent at all, whatever its stamp says. */
  needs?: (event: SegmentEvent) => readonly string[];
}

export interface SegmentEvent {
  type?: string;
  event?: string;
  context?: Record<string, unknown>;
  [field: string]: unknown;
}

export type SegmentMiddleware = (call: { payload: { obj: any }; next: (payload: any) => void }) => void;

/** What adapters need of analytics.js. */
export interface SegmentAnalytics {
  addSourceMiddleware(middleware: SegmentMiddleware): unknown;
  track(event: string): unknown;
}

/** Updates the profile; also a refusal must arrive. */
const UPDATED = 'Segment Consent Preference Updated';

/** The part of an event's `context` that Segment enforces. Never empty: empty would be read as a refusal of everything. */
export const segmentConsent = (state: ConsentState, { map }: SegmentOptions): { context: { consent: { categoryPreferences: Record<string, boolean> } } } => ({
  context: { consent: { categoryPreferences: categoriesOf(map, state) } },
});

/** Stamps what passes. What carries a stamp already was collected earlier: it is only lowered. */
export const segmentMiddleware = (now: () => ConsentState, options: SegmentOptions): SegmentMiddleware => ({ payload, next }) => {
  try {
    const event: SegmentEvent = payload.obj;
    const state = now();
    const needs = event.event === UPDATED ? [] : options.needs?.(event) ?? [];
    if (!needs.every((item) => state.items[item] === true)) return;
    const { consent } = segmentConsent(state, options).context;
    const earlier = (event.context?.['consent'] as { categoryPreferences?: Record<string, unknown> } | undefined)?.categoryPreferences;
    for (const [category, on] of Object.entries(consent.categoryPreferences)) {
      consent.categoryPreferences[category] = on && (!earlier || earlier[category] === true);
    }
    event.context = { ...event.context, consent };
  } catch {
    // `next(null)` would let the event pass as it is; without a call of `next` it goes nowhere.
    return;
  }
  next(payload);
};

/** Stamps every event, and tells Segment of every answer. Rejects, and stamps refusals, when the map does not fit. */
export async function connectSegment(source: ConsentSourceSoon, analytics: SegmentAnalytics, options: SegmentOptions): Promise<void> {
  const { now, ready } = observe(source, options.map, ({ event }) => {
    if (event !== 'consent') void analytics.track(UPDATED);
  });
  // Not awaited: before `load` it settles with the library, which may be much later.
  void analytics.addSourceMiddleware(segmentMiddleware(now, options));
  await ready;
  categoriesOf(options.map, now());
}
