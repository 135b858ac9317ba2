/** The first layer, by what the engine asks. What a first visit is shown before there is one: see `first.ts`. */
import type { Kernel } from '../boot/kernel.js';
import type { AskReason, TextBundle } from '../types.gen.js';
import { namesOf } from '../ui/names.js';
import type { Shown } from '../ui/types.js';
import type { Client } from './client.js';
import { answer, draw } from './layer1.js';
import { look } from './look.js';

/** What a first visit is asked is what the general text is about; everything else is named. */
const GENERAL: readonly AskReason[] = ['FIRST_VISIT', 'GEO_UNKNOWN'];

export function show(kernel: Kernel, texts: TextBundle, client: Client): Shown {
  const { prompt, items } = client.view;
  const ask = prompt.items.map(({ item }) => ({ key: item, changes: items.find(({ key }) => key === item)?.changes ?? [] }));
  const partial = !prompt.items.every(({ reason }) => GENERAL.includes(reason));
  return draw(kernel, texts, ask, partial, namesOf(client.policy, look(texts)), (what) => answer(client, texts, what));
}
