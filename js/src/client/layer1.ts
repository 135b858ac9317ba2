/** What both kinds of a first layer share: the one that an engine asks for, and that of a first visit. */
import type { Kernel } from '../boot/kernel.js';
import type { TextBundle } from '../types.gen.js';
import { showBanner } from '../ui/banner.js';
import type { AskedItem, Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { look } from './look.js';

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
