/** The first layer: one question, two equal answers, and a way to choose in detail. */
import { changeLines } from './changes.js';
import { h, link } from './el.js';
import { host, place } from './host.js';
import { reserve } from './reserve.js';
import css from './styles/banner.css';
import parts from './styles/parts.css';
import { fill, find, itemName, listKey, nameList, plural, purposeOf, text } from './texts.js';
import type { Answer, BannerInput, Change, Shown } from './types.js';

// Long enough for a screen reader to have noticed the empty live region.
const ANNOUNCE_MS = 200;

/**
 * Shows `<ck-banner>`. Bar and box take no focus and block nothing. The dialog blocks the page; Escape
 * answers nothing but turns it into a bar, so that the question stays and the page can be used.
 */
export function showBanner(input: BannerInput): Shown {
  const { texts, onAnswer } = input;
  const { element, root } = host('ck-banner', parts + css, input);
  let free = (): void => {};
  let box: HTMLElement;

  const close = () => {
    free();
    // Gives the focus back to where it was; its close event finds nothing to do.
    if (box instanceof HTMLDialogElement) box.close();
    element.remove();
  };
  const choose = () => onAnswer('choose');
  const answer = (what: Answer) => () => {
    onAnswer(what);
    close();
  };
  const button = (what: Answer, part: string, click: () => void) =>
    h('button', { part, class: part, value: what, click }, text(texts, `ui.${what}`));

  const title = h('h2', { id: 't', part: 'title', tabindex: -1 }, text(texts, heading(input)));
  const content = [
    h('div', {}, title, h('p', { part: 'text' }, sentence(input, choose))),
    h('ul', { part: 'items' }, rows(input)),
    h('div', { class: 'acts' },
      // One part name for both answers: what styles one of them styles the other.
      h('div', { class: 'pair' },
        button('refuse', 'answer', answer('refuse')),
        button('accept', 'answer', answer('accept'))),
      button('choose', 'quiet', choose)),
  ];

  const draw = (layout: BannerInput['layout']) => {
    const modal = layout == 'dialog';
    title.toggleAttribute('autofocus', modal);
    box = h(modal ? 'dialog' : 'section', {
      class: `ck b ${layout}${input.partial ? ' some' : ''}`,
      part: 'surface',
      'aria-labelledby': 't',
      popover: !modal && 'manual',
    }, content);
    root.append(box);
    if (box instanceof HTMLDialogElement) {
      box.addEventListener('close', () => {
        if (!element.isConnected) return;
        box.remove();
        draw('bar');
      });
      box.showModal();
    } else {
      // Without popovers it is a fixed box on its own.
      box.showPopover?.();
      free = reserve(box);
    }
  };

  const live = h('p', { class: 'live', role: 'status' });
  root.append(live);
  place(element);
  draw(input.layout);
  if (input.layout != 'dialog') setTimeout(() => live.append(title.textContent ?? ''), ANNOUNCE_MS);
  return { element, close };
}

const heading = (input: BannerInput): string => (input.partial ? 'ui.banner.again' : 'ui.banner.title');

function sentence(input: BannerInput, choose: () => void) {
  const { texts, lang, partial, partners } = input;
  let template = text(texts, partial ? 'ui.banner.stands' : 'ui.banner.text');
  if (!partners && template.includes('{partners}')) template = text(texts, 'ui.banner.alone');
  return fill(template, {
    partners: !!partners && h('button', { class: 'link', part: 'link', click: choose }, find(texts, 'ui.partners.all') ?? plural(texts, lang, 'ui.partners', partners)),
    // A build has put them into a sentence for every place where something is asked.
    purposes: find(texts, listKey(purposes(input))) ?? nameList(texts, lang, purposes(input)),
    notice: !!input.noticeUrl && link(input.noticeUrl, text(texts, 'ui.notice')),
  });
}

/** The whole purposes at first; later exactly the items that are asked again. */
function rows(input: BannerInput) {
  const { texts, names } = input;
  const row = (key: string, changes?: readonly Change[]) =>
    h('li', { part: 'item' },
      h('b', {}, itemName(texts, names, key)),
      h('span', {}, changes?.length ? changeLines(input, changes, names) : text(texts, `${purposeOf(key)}.text`)));
  return input.partial
    ? input.ask.map(({ key, changes }) => row(key, changes))
    : purposes(input).map((id) => row(id));
}

const purposes = (input: BannerInput): string[] => [...new Set(input.ask.map(({ key }) => purposeOf(key)))];
