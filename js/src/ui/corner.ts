/** A small button in the corner that opens the preference centre, for sites that want one besides their own link. */
import { h } from './el.js';
import { host, place } from './host.js';
import { reserve } from './reserve.js';
import css from './styles/corner.css';
import { text } from './texts.js';
import type { Look, Shown } from './types.js';

/** Shows `<ck-corner>` at the start of the lower edge: the end is where chats and players are. The end of the page scrolls clear of it. */
export function showCorner(look: Look, open: () => void): Shown {
  const { element, root } = host('ck-corner', css, look);
  const label = text(look.texts, 'ui.centre.title');
  const button = h('button', { class: 'ck k', part: 'corner', value: 'open', 'aria-label': label, title: label, click: open });
  root.append(button);
  place(element);
  const free = reserve(button);
  return { element, close: () => (free(), element.remove()) };
}
