/** Answers that are about some items alone and leave every other as it is. */
import type { View } from '../types.gen.js';
import type { Client } from './client.js';

/** Turns items on or off. A yes that must stand alone does so only in an event of its own. */
export function answerOnly(client: Client, keys: readonly string[], letter: 'on' | 'off', control: string, notice: string): void {
  const wanted = client.view.items.filter(({ key }) => keys.includes(key));
  const alone = wanted.filter(({ control }) => control === 'separate').map(({ key }) => [key]);
  const together = wanted.filter(({ control }) => control !== 'separate').map(({ key }) => key);
  for (const some of [together, ...alone]) if (some.length) client.answer(lineOf(client.view, some, letter), control, notice);
}

/** The line that answers these items. */
export const lineOf = ({ items }: View, keys: readonly string[], letter: 'on' | 'off'): string =>
  items.map((item) => item[keys.includes(item.key) ? letter : 'keep']).join('');
