/** The links that the law wants on every page, with the state of each; nothing where it wants none. */
import { h } from './el.js';
import { dress } from './host.js';
import css from './styles/links.css';
import parts from './styles/parts.css';
import { find, text } from './texts.js';
import type { LinksInput } from './types.js';

/** Draws into a place of the page. The returned function draws what the view says now. */
export function placeLinks(place: HTMLElement, input: LinksInput): () => void {
  const { texts, lang, dir } = input;
  const status = h('span', { class: 'st', role: 'status', part: 'status' });
  const buttons = new Map<string, HTMLElement>();
  const box = h('div', { class: 'ck links', lang, dir, part: 'links' });
  dress(place, parts + css, input).append(box);

  const update = () => {
    const { links } = input.view.prompt;
    for (const link of links) {
      if (!buttons.has(link)) buttons.set(link, h('button', { class: 'link', part: 'link', value: link, click: input.onOpen }, text(texts, `ui.${link}`)));
    }
    for (const [link, button] of buttons) {
      if (!links.includes(link)) button.remove();
      else if (!button.isConnected) box.insertBefore(button, status.parentNode === box ? status : null);
    }
    const off = input.view.items.filter(({ links, granted }) => links.length && !granted);
    const said = off.map(({ reasons }) => find(texts, `ui.links.${reasons[0]?.code}`)).find((it) => it) ?? '';
    if (status.textContent !== said) status.replaceChildren(said);
    if (!said) status.remove();
    else if (!status.isConnected) box.append(status);
  };
  update();
  return update;
}
