/** The state of an item, as it stands at the end of its row. */
import { h, type Child } from './el.js';
import { openSheet } from './sheet.js';
import type { Switches } from './switches.js';
import type { Wishes } from './wishes.js';
import { text } from './texts.js';
import type { CentreInput, ItemView } from './types.js';

/** What all rows of a centre share. */
export interface Rows {
  input: CentreInput;
  switches: Switches;
  wishes: Wishes;
  names: Record<string, string>;
  root: ShadowRoot;
}

/** A new item, or one that has changed since it was answered. */
export const isNews = (item: ItemView): boolean => item.isNew || item.changes.length > 0;

/** What stands at the end of a row: a switch, a way to a sheet of its own, or a plain word. */
export function state(rows: Rows, item: ItemView, id: string): Child {
  const { input, switches } = rows;
  const { control, key } = item;
  const word = ({ granted }: ItemView) => text(input.texts, `ui.${control}.${granted ? 'on' : 'off'}`);
  if (control == 'switch') return switches.draw(item, id);
  if (control != 'separate') return h('span', { class: 'fix' }, word(item));
  const button = h('button', {
    class: 'sep quiet', part: 'quiet', id: `s-${key}`, 'aria-labelledby': `s-${key} ${id}`, value: key,
    // The view is another one after the answer.
    click: () => openSheet(rows, item, () => button.replaceChildren(word(input.view.items.find((now) => now.key == key) ?? item))),
  }, word(item));
  return button;
}
