/** The person's own record: what was answered and when, the receipt, and the way back. */
import { h, type Child } from './el.js';
import { day, minute } from './format.js';
import { fill, find, itemName, list, text } from './texts.js';
import type { CentreInput, Past } from './types.js';

// The core keeps all of it; more than this is no help in a window.
const SHOWN = 20;

export function record(input: CentreInput, names: Record<string, string>, withdraw: () => void): Child {
  const { texts, lang, view, onReceipt } = input;
  const { lastAnswer, askAgain, subject, history } = view;
  const fact = (key: string, value: Child) => h('div', {}, h('dt', {}, text(texts, `ui.${key}`)), h('dd', {}, value));
  const act = (key: string, click: () => void) =>
    h('div', { class: 'do' },
      h('button', { class: 'outline', part: 'outline', value: key, click }, text(texts, `ui.${key}`)),
      h('small', {}, text(texts, `ui.${key}.text`)));
  const title = h('h3', {}, text(texts, 'ui.record'));
  if (!lastAnswer) return h('section', {}, title, h('p', {}, text(texts, 'ui.record.none')));
  return [
    h('section', {}, title,
      h('dl', { class: 'facts' },
        fact('record.last', day(lang, lastAnswer)),
        fact('record.again', askAgain ? day(lang, askAgain) : text(texts, 'ui.record.never')),
        fact('record.number', h('bdi', {}, subject.slice(0, 8))))),
    history.length > 0 && h('section', {}, h('h3', {}, text(texts, 'ui.history')),
      h('ul', { class: 'hist' }, history.slice(0, SHOWN).map((past) => pastRow(input, names, past)))),
    h('section', {}, onReceipt && act('receipt', onReceipt), act('withdraw', withdraw)),
  ];
}

function pastRow({ texts, lang }: CentreInput, names: Record<string, string>, past: Past): HTMLElement {
  const sentence = (key: 'given' | 'refused' | 'withdrawn'): Child => {
    const items = list(lang, past[key].map((item) => itemName(texts, names, item)));
    return !!items && h('p', {}, fill(text(texts, `ui.past.${key}`), { items }));
  };
  const [surface = ''] = past.control.split('.');
  return h('li', {}, sentence('given'), sentence('withdrawn'), sentence('refused'),
    h('small', {}, h('span', {}, minute(lang, past.at)), h('span', {}, find(texts, `ui.by.${surface}`) ?? text(texts, 'ui.by.api'))));
}
