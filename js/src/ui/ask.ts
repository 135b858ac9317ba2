/** Just in time: one question, beside the thing that needs the answer. */
import { under } from './card.js';
import { h, own } from './el.js';
import { host, place } from './host.js';
import { label, particulars } from './particulars.js';
import css from './styles/ask.css';
import data from './styles/data.css';
import facts from './styles/facts.css';
import parts from './styles/parts.css';
import { find, itemName, list, text } from './texts.js';
import type { AskInput, Shown } from './types.js';

/** Shows `<ck-ask>`. It takes the focus, for somebody has just asked for it; Escape answers nothing and gives it back. */
export function showAsk(input: AskInput): Shown {
  const { texts, lang, dir, policy, items, names, beside, onDone } = input;
  const { element, root } = host('ck-ask', parts + data + facts + css, input);
  const say = (key: string) => text(texts, `ui.${key}`);
  const purposes = policy.purposes.filter(({ id }) => items.some((item) => item.purpose === id));
  const who = items.flatMap(({ purpose, recipient }) => (recipient ? [recipient] : purposes.find(({ id }) => id === purpose)?.recipients ?? []));
  const before = own('activeElement');
  let release = (): void => {};

  const done = (yes?: boolean) => {
    if (!element.isConnected) return;
    const inside = root.activeElement;
    release();
    element.remove();
    if (inside) (beside ?? (before as HTMLElement | null))?.focus();
    onDone(yes);
  };
  const button = (value: 'no' | 'yes') => h('button', { part: 'answer', value, click: () => done(value === 'yes') }, say(value));
  // Where a yes would change nothing, as under a signal, there is nothing to ask; the reason is said instead.
  const open = items.some(({ on, keep }) => on !== keep);
  const why = find(texts, `ui.reason.${items[0]?.reasons[0]?.code}`);
  const title = h('h2', { id: 't', part: 'title', tabindex: -1 }, purposes.map(({ id }) => find(texts, `${id}.ask`)).join(' ') || list(lang, items.map(({ key }) => itemName(texts, names, key))));

  const card = h('div', {
    class: beside ? 'ck j' : 'ck j low', part: 'surface', role: 'dialog', 'aria-labelledby': 't', popover: 'manual',
    keydown: (event) => (event as KeyboardEvent).key === 'Escape' && done(),
  },
    title,
    purposes.map(({ id }) => h('p', { part: 'text' }, text(texts, `${id}.text`))),
    who.length > 0 && h('p', {}, label(texts, 'who'), ' ', h('b', {}, list(lang, [...new Set(who)].map((id) => find(names, id) ?? id)))),
    // What must be answered on its own is told in full before it is.
    h('details', { open: items.some(({ control }) => control === 'separate') },
      h('summary', {}, say('details')),
      purposes.map((purpose) => h('div', { class: 'in' }, particulars(input, purpose)))),
    open
      ? h('div', { class: 'pair' }, button('no'), button('yes'))
      : [h('p', {}, why), h('button', { class: 'outline', part: 'outline', value: 'close', click: () => done() }, say('later'))]);

  root.append(card);
  if (beside) beside.after(element);
  else place(element);
  card.showPopover?.();
  if (beside) release = under(beside, card, dir);
  title.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'nearest' });
  return { element, close: done };
}
