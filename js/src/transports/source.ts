/** Where adapters learn what is permitted, and the form in which every vendor's function takes it. */
import type { Told } from '../boot/kernel.js';
import { TransportError } from './error.js';
import { checkMap, type ConsentMap } from './map.js';

/** What adapters need of `window.ConsentKit`, or of what `start` gives. */
export interface ConsentSource {
  readonly data: { readonly site: string; readonly items: readonly string[] };
  /** Not there before boot has looked into storage. */
  readonly granted?: readonly string[];
  on(event: string, call: (told: Told) => void): void;
  /** Without a build only the engine knows the items. */
  client(): PromiseLike<{ readonly view: { readonly items: readonly { readonly key: string }[] } }>;
}

/** `start()` may still be under way: until then nothing is permitted. */
export type ConsentSourceSoon = ConsentSource | PromiseLike<ConsentSource>;

/** Which event told of a state: `consent` at the start of a page, the others after an answer or a change. */
export type ConsentEvent = 'consent' | 'first-consent' | 'change';

export interface ConsentState {
  site: string;
  /** Each item of the policy, and whether it is permitted. Empty while nothing is known: then nothing is. */
  items: Readonly<Record<string, boolean>>;
  /** What told of it; empty when it was read without an event. */
  event: ConsentEvent | '';
  /** When the page learned of it, in milliseconds since 1970. The moment of the answer is in ConsentKit's record. */
  at: number;
  /** What was used to answer: `banner.accept`, `centre.save`, `signal.gpc`, … */
  control: string;
  /** The items whose decision changed. */
  changed: readonly string[];
}

export interface Observed {
  /** What is permitted at this moment. Nothing before ConsentKit is there, or with a map that does not fit it. */
  now(): ConsentState;
  /** Settles when ConsentKit is there; rejects when the map does not fit its policy. */
  ready: Promise<void>;
}

const EVENTS = ['first-consent', 'change', 'consent'] as const;

/** Reads a source, and calls back with what it tells. What is there already is read within this call. */
export function observe(soon: ConsentSourceSoon, map: ConsentMap | undefined, call: (state: ConsentState) => void = () => {}): Observed {
  let source: ConsentSource | undefined;
  let items: readonly string[] = [];
  const now = (about: Partial<ConsentState> = {}): ConsentState => ({
    site: source?.data.site ?? '',
    items: Object.fromEntries(source?.granted ? items.map((item) => [item, !!source?.granted?.includes(item)]) : []),
    event: '',
    at: Date.now(),
    control: '',
    changed: [],
    ...about,
  });
  let last = '';
  const listen = (event: ConsentEvent) => ({ control = '', changed = [] }: Told) => {
    const state = now({ event, control, changed });
    // The first answer can be told by two events.
    const said = JSON.stringify(state.items);
    if (event !== 'consent' && said === last) return;
    if (event !== 'consent') last = said;
    call(state);
  };
  const take = (it: ConsentSource, all: readonly string[]) => {
    if (!all.length) throw new TransportError('PURPOSES_MISSING', 'ConsentKit has read no policy, so nothing is permitted; see what it says in the console');
    if (map) checkMap(map, all);
    items = all;
    source = it;
    for (const event of EVENTS) it.on(event, listen(event));
  };
  const begin = async () => {
    const it = 'then' in soon ? await soon : soon;
    take(it, it.data.items.length ? it.data.items : (await it.client()).view.items.map(({ key }) => key));
    // Pushed calls run a moment before boot has looked into storage, in one script with it.
    if (!source?.granted) await undefined;
  };
  const ready = begin();
  // An adapter may fail for a reason of its own before it waits for this.
  ready.catch(() => {});
  return { ready, now: () => now() };
}

/** What was permitted then and still is: withdrawal wins, and a later yes does not reach back. */
export const lower = (then: ConsentState, { items }: ConsentState): ConsentState => ({
  ...then,
  items: Object.fromEntries(Object.entries(then.items).map(([item, on]) => [item, on && items[item] === true])),
});
