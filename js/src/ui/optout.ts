/** What somebody may turn off who has never been asked: a row for each link that the law wants, and the notice of a conflict. */
import { h, type Child } from './el.js';
import { dress } from './host.js';
import { openDialog, title } from './sheet-dialog.js';
import css from './styles/optout.css';
import parts from './styles/parts.css';
import { fill, find, itemName, list, text } from './texts.js';
import type { OptOutInput, Shown } from './types.js';

export interface OptOutRows {
  box: HTMLElement;
  /** Draws what the view says now. The focus stays where it is. */
  update(): void;
}

/** Over the page: `<ck-optout>`. */
export function openOptOut(input: OptOutInput): Shown & { update(): void } {
  const rows = optOutRows(input, 'h3');
  const shown = openDialog('ck-optout', input, css, [title(text(input.texts, 'ui.centre.title')), rows.box], () => input.onClose?.());
  return { ...shown, update: rows.update };
}

/** In a place of the page. */
export function placeOptOut(place: HTMLElement, input: OptOutInput): OptOutRows {
  const rows = optOutRows(input, 'h2');
  rows.box.className = 'ck u';
  dress(place, parts + css, input).append(rows.box);
  return rows;
}

function optOutRows(input: OptOutInput, heading: 'h2' | 'h3'): OptOutRows {
  const { texts, lang, dir, names } = input;
  const say = (key: string) => text(texts, `ui.${key}`);
  const items = (link: string) => input.view.items.filter(({ links }) => links.includes(link));
  const listed = (keys: readonly string[]) => list(lang, keys.map((key) => itemName(texts, names, key)));

  const rows = new Map<string, { row: HTMLElement; update(): void }>();
  const draw = (link: string) => {
    const isOff = () => items(link).every(({ granted }) => !granted);
    const status = h('span', { role: 'status', part: 'status' });
    const why = h('small', {});
    const button = h('button', { class: 'outline', part: 'outline', value: link, 'aria-describedby': `d-${link}`, click: () => input.onAnswer(link, isOff()) });
    const row = h('div', {},
      h('div', { id: `d-${link}` }, h(heading, { part: 'title' }, say(link)), h('p', { part: 'text' }, find(texts, `ui.${link}.text`) ?? listed(items(link).map(({ key }) => key)))),
      h('div', { class: 'state' }, status, why, button));
    const update = () => {
      const off = isOff();
      // The deciding reason of whatever is off, where there are words for it: a signal, say.
      const reason = off && items(link).map(({ reasons }) => find(texts, `ui.links.${reasons[0]?.code}`)).find((it) => it);
      put(status, reason || say(off ? 'links.off' : 'links.on'));
      status.className = off ? 'st' : 'st no';
      put(why, reason ? find(texts, `ui.reason.${items(link)[0]?.reasons[0]?.code}`) ?? '' : '');
      put(button, say(off ? 'links.undo' : 'links.do'));
      // Where an answer changes nothing there is none to give.
      button.hidden = !items(link).some((item) => item[off ? 'on' : 'off'] !== item.keep && !(reason && off));
    };
    return { row, update };
  };

  const torn = () => input.view.items.filter(({ keep }, index) => input.view.conflict && input.view.conflict[index] !== keep);
  const answer = (value: 'no' | 'yes') => h('button', { part: 'answer', value, click: () => input.onConflict(value === 'yes') }, say(value));
  const told = h('p', { part: 'text', id: 'conflict' });
  const conflict = h('div', { role: 'group', 'aria-labelledby': 'conflict' }, h('div', {}, told), h('div', { class: 'state' }, h('div', { class: 'pair' }, answer('no'), answer('yes'))));
  const box = h('div', { class: 'u', lang, dir, part: 'rows' });

  const update = () => {
    const links = input.view.prompt.links;
    for (const link of links) if (!rows.has(link)) rows.set(link, draw(link));
    const keys = torn().map(({ key }) => key);
    if (keys.length) told.replaceChildren(...(fill(say('conflict'), { items: listed(keys) }) as string[]));
    const want: Node[] = links.map((link) => rows.get(link)!.row);
    if (keys.length) want.push(conflict);
    // What stays is not moved, or it would lose the focus.
    for (const child of [...box.children]) if (!want.includes(child)) child.remove();
    for (const child of want) if (child.parentNode !== box) box.append(child);
    for (const { update } of rows.values()) update();
  };
  update();
  return { box, update };
}

/** Sets a text if it is another one: a live region repeats what is set again. */
function put(element: HTMLElement, value: string): void {
  if (element.textContent !== value) element.replaceChildren(value as Exclude<Child, undefined | false | readonly Child[]>);
  element.hidden = !value;
}
