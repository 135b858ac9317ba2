/** The first layer: drawn by the case of a first visit, or by what the engine asks. */
import { caseOf, on } from '../boot/first.js';
import type { Kernel } from '../boot/kernel.js';
import type { Kept } from '../boot/snapshot.js';
import type { AskReason, TextBundle } from '../types.gen.js';
import { showBanner } from '../ui/banner.js';
import type { Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { writeIntent } from './intent.js';
import { look } from './look.js';
import { write } from './store.js';

/** The core's `SNAPSHOT_FORMAT`; a snapshot of another form has another key. */
const FORMAT = 1;

/** How long a yes opens gates that no engine has confirmed. */
const PROVISIONAL_MS = 7 * 864e5;

/** What a first visit is asked is what the general text is about; everything else is named. */
const GENERAL: readonly AskReason[] = ['FIRST_VISIT', 'GEO_UNKNOWN'];

export function show(kernel: Kernel, texts: TextBundle, client?: Client): Shown {
  const prompt = client?.view.prompt.items;
  const items = client?.view.items ?? [];
  const recipients = client?.policy.recipients ?? [];
  if (!client) {
    void lookForCopy(kernel);
    keepWords(kernel, texts);
  }
  return showBanner({
    ...look(texts),
    layout: texts.layout,
    ask: prompt?.map(({ item }) => ({ key: item, changes: items.find(({ key }) => key === item)?.changes ?? [] })) ?? firstAsked(kernel, texts),
    partial: !!prompt && !prompt.every(({ reason }) => GENERAL.includes(reason)),
    partners: texts.partners,
    noticeUrl: texts.noticeUrl,
    names: Object.fromEntries(recipients.map(({ id, name }) => [id, name])),
    onAnswer(what) {
      if (what === 'choose') void kernel.preferences();
      else answer(kernel, texts, what, client ?? kernel._live);
    },
  });
}

/** Whatever comes next needs the words that are here already, unless the page speaks another language by then. */
function keepWords({ _parts: parts, _live: live }: Kernel, words: TextBundle): void {
  // A newer policy has brought its own.
  if (live) return;
  const { texts } = parts;
  const { lang } = document.documentElement;
  parts.texts = () => (document.documentElement.lang === lang ? Promise.resolve(words) : texts());
}

/** An answer of which neither localStorage nor the cookie knows any more: the client brings it back, and asks no longer. */
async function lookForCopy({ data, client }: Kernel): Promise<void> {
  const found = await Promise.resolve().then(() => indexedDB.databases()).catch(() => []);
  if (found.some(({ name }) => name === 'ck:' + data.site)) void client();
}

/** What a yes would turn on. */
function firstAsked(kernel: Kernel, { first }: TextBundle): { key: string }[] {
  const [, before] = caseOf(kernel.data.cases, kernel).split(' ') as [string, string];
  const [, after] = caseOf(first, kernel).split(' ') as [string, string];
  return kernel.data.items.filter((_, index) => before[index] !== after[index]).map((key) => ({ key }));
}

function answer(kernel: Kernel, texts: TextBundle, what: 'accept' | 'refuse', client?: Client): void {
  const control = 'banner.' + what;
  const notice = texts.notice + ':layer1';
  if (client) client.answer(client.view.banner[what], control, notice);
  else answerFirst(kernel, texts, what, control, notice);
}

/** An answer before the engine is there: written down, applied as the core worked it out, confirmed later. */
function answerFirst(kernel: Kernel, texts: TextBundle, what: 'accept' | 'refuse', control: string, notice: string): void {
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
  void kernel.client();
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
