/** The preference centre: every purpose with its state, the person's own record, and one bar to save. */
import { record } from './centre-record.js';
import { purposeRow } from './centre-row.js';
import { isNews, type Rows } from './centre-state.js';
import { h, link } from './el.js';
import { day } from './format.js';
import { host, place } from './host.js';
import { namesOf } from './names.js';
import css from './styles/centre.css';
import data from './styles/data.css';
import parts from './styles/parts.css';
import { Switches } from './switches.js';
import { Wishes } from './wishes.js';
import { fill, plural, text } from './texts.js';
import type { CentreControl, CentreInput, Shown } from './types.js';

/** Opens `<ck-centre>` as a modal dialog. Closing it without saving answers nothing. */
export function openCentre(input: CentreInput): Shown {
  const { texts, lang, view, policy, onAnswer, onClose } = input;
  const { element, root } = host('ck-centre', parts + data + css, input);
  const say = (key: string) => text(texts, `ui.${key}`);
  const status = h('small', { role: 'status', part: 'status' });
  const tell = () => status.replaceChildren(plural(texts, lang, 'ui.unsaved', switches.changed() + wishes.changed().length));
  const switches = new Switches(texts, tell);
  const wishes = new Wishes(texts, input.wishes, tell);
  const names = namesOf(policy, input);
  const rows: Rows = { input, switches, wishes, names, root };

  // The native dialog gives the focus back to where it was.
  const close = () => dialog.close();
  const answer = (control: CentreControl, line: () => string) => () => {
    onAnswer(line(), control, control === 'centre.save' ? wishes.changed() : []);
    close();
  };
  const act = (key: 'refuse' | 'accept' | 'save', part: string, line: () => string) =>
    h('button', { class: part, part, value: key, click: answer(`centre.${key}`, line) }, say(key));

  const gone = () => {
    element.remove();
    onClose?.();
  };

  const dialog = h('dialog', { class: 'ck c', part: 'surface', 'aria-labelledby': 't', close: gone },
    h('div', { class: 'head', part: 'head' },
      h('h2', { id: 't', part: 'title', tabindex: -1, autofocus: true }, say('centre.title')),
      h('small', {}, fill(say('centre.by'), {
        controller: h('bdi', {}, policy.controllers[0]?.name),
        notice: link(input.noticeUrl, say('notice')),
        version: `${policy.version}`,
      })),
      h('button', { class: 'x', part: 'close', 'aria-label': say('close'), click: close })),
    h('div', { class: 'body' },
      h('div', { class: 'main', tabindex: 0, role: 'group', 'aria-labelledby': 't' },
        h('p', {}, news(input)),
        h('ul', {}, view.items.map((item) => {
          const purpose = policy.purposes.find(({ id }) => id == item.purpose);
          return !item.recipient && purpose && purposeRow(rows, item, purpose);
        }))),
      h('div', { class: 'side', part: 'record' }, record(input, names, answer('centre.withdraw', () => input.view.withdraw)))),
    h('div', { class: 'foot', part: 'foot' }, status,
      h('div', { class: 'acts' },
        h('div', { class: 'pair line' },
          act('refuse', 'answer', () => input.view.centre.refuse),
          act('accept', 'answer', () => input.view.centre.accept)),
        act('save', 'solid', () => switches.line(view.items)))));

  tell();
  root.append(dialog);
  place(element);
  dialog.showModal();
  return { element, close };
}

/** One sentence on what changed since the last answer. */
function news({ texts, lang, view }: CentreInput): string {
  const { lastAnswer, items } = view;
  return lastAnswer
    ? plural(texts, lang, 'ui.centre.changed', items.filter(isNews).length).replace('{date}', day(lang, lastAnswer))
    : text(texts, 'ui.centre.first');
}
