/**
 * The sheet of an item that needs an answer of its own: one item, the facts before the pair, one event.
 *
 * Laws that want this do not count a yes that was given together with others, so nothing else is answered here.
 */
import type { Rows } from './centre-state.js';
import { h, type Child } from './el.js';
import { label, particulars } from './particulars.js';
import { itemName, list, text } from './texts.js';
import type { CentreInput, ItemView } from './types.js';

/** Opens it over the centre; `answered` runs when the answer has been given. */
export function openSheet({ input, names, root }: Rows, { key, purpose: id, recipient }: ItemView, answered: () => void): void {
  const { texts, lang, policy, onAnswer } = input;
  const say = (key: string) => text(texts, `ui.${key}`);
  const purpose = policy.purposes.find((purpose) => purpose.id == id);
  const who = recipient ? [recipient] : purpose?.recipients ?? [];
  const button = (value: 'no' | 'yes', letter: 'off' | 'on') => h('button', { part: 'answer', value, click: () => {
    onAnswer(alone(input, key, letter), 'centre.separate');
    // Gives the focus back to where it was.
    sheet.close();
    answered();
  } }, say(value));

  const sheet = h('dialog', { class: 'ck s', part: 'surface', 'aria-labelledby': 'st', close: () => sheet.remove() },
    h('small', {}, say('separate.off')),
    h('h2', { id: 'st', part: 'title', tabindex: -1, autofocus: true }, itemName(texts, names, key)),
    h('p', {}, text(texts, `${id}.text`)),
    who.length > 0 && [label(texts, 'who'), h('p', {}, list(lang, who.map((id) => names[id] ?? id)))] as Child,
    purpose && particulars(input, purpose),
    h('p', { class: 'legal' }, say('separate.text')),
    h('div', { class: 'pair' }, button('no', 'off'), button('yes', 'on')));
  root.append(sheet);
  sheet.showModal();
}

/** The line that answers one item and leaves every other as it is. */
const alone = ({ view }: CentreInput, key: string, letter: 'off' | 'on'): string =>
  view.items.map((item) => item[item.key == key ? letter : 'keep']).join('');
