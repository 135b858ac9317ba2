/** A native dialog in an element of its own: a sheet at the lower edge of a phone, a card in the middle elsewhere. */
import { h, type Child } from './el.js';
import { host, place } from './host.js';
import parts from './styles/parts.css';
import css from './styles/sheet.css';
import { text } from './texts.js';
import type { Look, Shown } from './types.js';

/** Opens it over the page. The focus goes to the title and comes back when it closes; Escape closes it. */
export function openDialog(tag: string, look: Look, own: string, content: Child, onClose: () => void): Shown {
  const { element, root } = host(tag, parts + css + own, look);
  const close = () => dialog.close();
  const dialog = h('dialog', {
    class: 'ck s', part: 'surface', 'aria-labelledby': 't',
    close: () => {
      element.remove();
      onClose();
    },
  }, h('button', { class: 'x', part: 'close', value: 'close', 'aria-label': text(look.texts, 'ui.close'), click: close }), content);
  root.append(dialog);
  place(element);
  dialog.showModal();
  return { element, close };
}

/** The title of a dialog, where its focus begins. */
export const title = (...label: Child[]): HTMLElement => h('h2', { id: 't', part: 'title', tabindex: -1, autofocus: true }, ...label);
