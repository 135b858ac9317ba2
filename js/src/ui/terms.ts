/** A new version of terms or another document: what changes, and each consequence above its own button. */
import { h, link, type Child } from './el.js';
import { day } from './format.js';
import { openDialog, title } from './sheet-dialog.js';
import css from './styles/terms.css';
import { fill, find, text } from './texts.js';
import type { Shown, TermsInput } from './types.js';

/** Opens `<ck-terms>`. The words about the document are the policy's: `document.<id>.name`, `.text`, `.yes`, `.no`, `.1.name`, `.1.text`, … */
export function openTerms(input: TermsInput): Shown {
  const { texts, lang, controller, document: it, onAnswer, onClose } = input;
  const own = (key: string) => find(texts, `document.${it.id}.${key}`);
  const name = own('name') ?? it.id;
  const values = { name, date: day(lang, it.effective), until: day(lang, it.graceUntil) };
  const say = (key: string) => fill(text(texts, `ui.terms.${it.state}${key}`), values);
  const answer = (value: 'no' | 'yes') => () => {
    onAnswer(value === 'yes');
    shown.close();
  };
  const button = (value: 'no' | 'yes') => h('button', { part: 'answer', value, 'aria-describedby': value, click: answer(value) }, text(texts, `ui.${value}`));
  const consequence = (value: 'no' | 'yes') => h('p', { id: value, part: 'text' }, own(value));

  const shown = openDialog('ck-terms', input, css, [
    h('small', {}, fill(text(texts, 'ui.centre.by'), { controller: h('bdi', {}, controller), notice: link(it.url, name), version: it.version })),
    title(say('')),
    h('p', { part: 'text' }, own('text'), ' ', say('.text')),
    points(own),
    own('no') !== undefined && own('yes') !== undefined && h('div', { class: 'two' }, consequence('no'), consequence('yes')),
    h('div', { class: 'pair' }, button('no'), button('yes')),
    h('div', { class: 'after' }, h('button', { class: 'quiet', part: 'quiet', value: 'later', click: () => shown.close() }, text(texts, 'ui.later'))),
  ], onClose);
  return shown;
}

/** What changes, point by point, as far as the policy's texts say it. */
function points(own: (key: string) => string | undefined): Child {
  const rows: Child[] = [];
  for (let n = 1; own(`${n}.name`) !== undefined; n++) {
    rows.push(h('div', {}, h('dt', {}, own(`${n}.name`)), h('dd', {}, own(`${n}.text`))));
  }
  return rows.length > 0 && h('dl', { class: 'points', part: 'items' }, rows);
}
