/**
 * Holds events of your own on their way to a vendor: stamped when they are collected, looked at again when they
 * are forwarded. An event of a purpose that was withdrawn in between is dropped, also when it is permitted anew.
 */
import { lower, observe, type ConsentSourceSoon, type ConsentState } from './source.js';

export interface OutboxOptions<Event> {
  /** The items of the policy without which this event may not exist. */
  needs(event: Event): readonly string[];
  /** Forwards one. The state is that of its collection, less what has been withdrawn since. */
  send(event: Event, state: ConsentState): unknown;
}

export interface Outbox<Event> {
  /** Keeps an event until `flush`; false when it is not permitted and is therefore not kept. */
  add(event: Event): boolean;
  /** Forwards what is still permitted. */
  flush(): void;
}

export function createOutbox<Event>(source: ConsentSourceSoon, { needs, send }: OutboxOptions<Event>): Outbox<Event> {
  let waiting: { event: Event; state: ConsentState }[] = [];
  // No needs at all are an oversight, and no permission.
  const permitted = (event: Event, { items }: ConsentState) => {
    const all = needs(event);
    return all.length > 0 && all.every((item) => items[item] === true);
  };
  const look = (state: ConsentState) => {
    waiting = waiting.map((it) => ({ ...it, state: lower(it.state, state) })).filter((it) => permitted(it.event, it.state));
  };
  const { now } = observe(source, undefined, look);
  return {
    add(event) {
      const state = now();
      const ok = permitted(event, state);
      if (ok) waiting.push({ event, state });
      return ok;
    },
    flush() {
      look(now());
      for (const { event, state } of waiting.splice(0)) send(event, state);
    },
  };
}
