/** The first layer, by what the engine asks. What a first visit is shown before there is one: see `first.ts`. */
import type { Kernel } from '../boot/kernel.js';
import type { AskReason, TextBundle } from '../types.gen.js';
import { showBanner } from '../ui/banner.js';
import { namesOf } from '../ui/names.js';
import type { AskedItem, Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { look } from './look.js';

/** What a first visit is asked is what the general text is about; everything else is named. */
const GENERAL: readonly AskReason[] = ['FIRST_VISIT', 'GEO_UNKNOWN'];

export function show(kernel: Kernel, texts: TextBundle, client: Client): Shown {
  const { prompt, items } = client.view;
  const ask = prompt.items.map(({ item }) => ({ key: item, changes: items.find(({ key }) => key === item)?.changes ?? [] }));
  const partial = !prompt.items.every(({ reason }) => GENERAL.includes(reason));
  return draw(kernel, texts, ask, partial, namesOf(client.policy, look(texts)), (what) => answer(client, texts, what));
}

/** The banner with its words; whoever wants to choose gets the centre. */
export function draw(kernel: Kernel, texts: TextBundle, ask: AskedItem[], partial: boolean, names: Record<string, string>, take: (what: 'accept' | 'refuse') => void): Shown {
  const { layout, partners, noticeUrl } = texts;
  return showBanner({
    ...look(texts),
    layout,
    ask,
    partial,
    partners,
    noticeUrl,
    names,
    onAnswer: (what) => (what === 'choose' ? void kernel.preferences() : take(what)),
  });
}

export function answer(client: Client, texts: TextBundle, what: 'accept' | 'refuse'): void {
  client.answer(client.view.banner[what], ...stamped(texts, what));
}

/** By which control, and under which notice. */
export const stamped = ({ notice }: TextBundle, what: 'accept' | 'refuse') => ['banner.' + what, notice + ':layer1'] as const;
