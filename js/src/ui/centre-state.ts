/** The state of an item, as it stands at the end of its row. */
import { h, type Child } from './el.js';
import type { Switches } from './switches.js';
import { text } from './texts.js';
import type { CentreInput, ItemView } from './types.js';

/** What all rows of a centre share. */
export interface Rows {
  input: CentreInput;
  switches: Switches;
  names: Record<string, string>;
}

/** A new item, or one that has changed since it was answered. */
export const isNews = (item: ItemView): boolean => item.isNew || item.changes.length > 0;

/** What stands at the end of a row: a switch, a way to a sheet of its own, or a plain word. */
export function state({ input, switches }: Rows, item: ItemView, id: string): Child {
  const { control, granted, key } = item;
  const { texts, onSeparate } = input;
  const word = text(texts, `ui.${control}.${granted ? 'on' : 'off'}`);
  if (control == 'switch') return switches.draw(item, id);
  if (control == 'separate' && onSeparate)
    return h('button', {
      class: 'sep quiet', part: 'quiet', id: `s-${key}`, 'aria-labelledby': `s-${key} ${id}`, value: key, click: () => onSeparate(key),
    }, word);
  return h('span', { class: 'fix' }, word);
}
