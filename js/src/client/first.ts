/** The first layer of a first visit to a built site, before there is an engine: drawn and answered by the case of its place. */
import { caseOf, on, turnedOn } from '../boot/first.js';
import type { Kernel } from '../boot/kernel.js';
import { pickLang } from '../boot/lang.js';
import type { Kept } from '../boot/snapshot.js';
import type { TextBundle } from '../types.gen.js';
import type { Shown } from '../ui/types.js';
import { writeIntent } from './intent.js';
import { answer, draw, stamped } from './layer1.js';
import { write } from './store.js';

/** The core's `SNAPSHOT_FORMAT`; a snapshot of another form has another key. */
const FORMAT = 1;

/** How long a yes opens gates that no engine has confirmed. */
const PROVISIONAL_MS = 7 * 864e5;

export function show(kernel: Kernel, texts: TextBundle): Shown {
  void lookForCopy(kernel);
  keepWords(kernel, texts);
  // What a yes would turn on.
  const ask = turnedOn(kernel.data.items, caseOf(kernel.data.cases, kernel), caseOf(texts.first, kernel)).map((key) => ({ key }));
  return draw(kernel, texts, ask, false, {}, (what) => (kernel._live ? answer(kernel._live, texts, what) : answerFirst(kernel, texts, what)));
}

/** Whatever comes next needs the words that are here already, unless the page speaks another language by then. */
function keepWords({ _parts: parts, _live: live, data }: Kernel, words: TextBundle): void {
  // A newer policy has brought its own.
  if (live) return;
  const { texts } = parts;
  // The page may have changed its language while this file was on its way.
  parts.texts = () => (import.meta.url.includes(`first.${pickLang(data.langs)}.js`) ? Promise.resolve(words) : texts());
}

/** An answer of which neither localStorage nor the cookie knows any more: the client brings it back, and asks no longer. */
async function lookForCopy({ data, client }: Kernel): Promise<void> {
  const found = await Promise.resolve().then(() => indexedDB.databases()).catch(() => []);
  if (found.some(({ name }) => name === 'ck:' + data.site)) void client();
}

/** An answer before the engine is there: written down, applied as the core worked it out, confirmed later. */
function answerFirst(kernel: Kernel, texts: TextBundle, what: 'accept' | 'refuse'): void {
  const [control, notice] = stamped(texts, what);
  const { data, context } = kernel;
  const outcomes = caseOf(texts.first, kernel).split(' ');
  const take = (kind: 'accept' | 'refuse') => outcomes.slice(kind === 'accept' ? 0 : 3) as [string, string, string];
  const stamp = [texts.stamp, place(texts, context.region), notice].join('.');
  const { saved } = (kernel._early = writeIntent(kernel, { control, answers: take(what)[0], stamp }));
  // What cannot be saved opens nothing; a refusal holds for the page all the same.
  const [, items, services] = take(saved ? what : 'refuse');
  const now = Date.now();
  const snapshot: Kept = {
    format: FORMAT,
    key: kernel._key,
    policy: texts.policy,
    madeAt: now,
    validUntil: now + PROVISIONAL_MS,
    granted: on(data.items, items),
    services: on(data.services, services),
    ask: false,
    wishes: [],
    clear: [],
    heads: [],
    cookie: '',
  };
  if (saved) write(kernel, 's', JSON.stringify(snapshot));
  const before = kernel.granted;
  kernel._apply(snapshot.granted, snapshot.services);
  // Another tab may not know of this answer when it says what is on. Until the engine has taken it, nothing more is on here.
  const { _apply: apply } = kernel;
  const still = (names: string[], current: string[]) => (kernel._early ? names.filter((name) => current.includes(name)) : names);
  kernel._apply = (granted, services) => apply(still(granted, kernel.granted), still(services, kernel.services));
  // What is not saved is told by the engine.
  if (saved) kernel._tell('first-consent', { changed: data.items.filter((item) => before.includes(item) !== kernel.isGranted(item)), control });
  // The banner is seen going before the engine is compiled, which takes a slow device longer than the answer to a click may.
  const load = () => void kernel.client();
  if (document.hidden) load();
  else requestAnimationFrame(() => setTimeout(load));
}

/** The place's part of a stamp: of the law that lists the place, or its country, or every other place. */
function place({ places }: TextBundle, region: string): string {
  const code = region.toUpperCase();
  for (const wanted of [code, code.split('-')[0]!, '*']) {
    for (const [ttl, laws] of places) {
      for (const law of laws.split(' ')) {
        const [id, codes = id] = law.split('=') as [string, string?];
        if (codes.split(',').includes(wanted)) return id + ':' + ttl;
      }
    }
  }
  return ':';
}
