/** What a child is told who may not answer, and what a guardian answers on a page of their own. */
import { h, type Child } from './el.js';
import { dress } from './host.js';
import { particulars } from './particulars.js';
import { openDialog, title } from './sheet-dialog.js';
import data from './styles/data.css';
import facts from './styles/facts.css';
import css from './styles/guardian.css';
import parts from './styles/parts.css';
import { itemName, list, text } from './texts.js';
import type { GuardianInput, Shown } from './types.js';

/** For the child: `<ck-guardian>`. There is nothing to tick; where the page can reach a guardian, the child says how. */
export function openChild(input: GuardianInput): Shown {
  const { texts, lang, items, names, reach, onClose } = input;
  const say = (key: string) => text(texts, `ui.${key}`);
  const status = h('p', { role: 'status', part: 'status' });
  const address = h('input', { id: 'm', type: 'email', autocomplete: 'off', required: true, part: 'field' });
  const form = reach && h('form', {
    submit: (event) => {
      event.preventDefault();
      reach(address.value).then(
        () => (form!.remove(), status.replaceChildren(say('guardian.sent')), heading.focus()),
        () => status.replaceChildren(say('guardian.failed')),
      );
    },
  },
    h('label', { for: 'm' }, say('guardian.address')), address,
    h('div', { class: 'pair' },
      h('button', { type: 'button', part: 'answer', value: 'later', click: () => shown.close() }, say('later')),
      h('button', { part: 'answer', value: 'send' }, say('guardian.send'))));
  const heading = title(say('guardian.title'));
  const shown = openDialog('ck-guardian', input, css, [
    heading,
    h('p', { part: 'text' }, say('guardian.text')),
    items.length > 0 && h('p', { part: 'text' }, h('b', {}, list(lang, items.map(({ key }) => itemName(texts, names, key))))),
    status,
    form,
  ], () => onClose?.());
  return shown;
}

/** For the guardian, in a place of the page: a row for each item, each answered by itself. */
export function placeGuardian(place: HTMLElement, input: GuardianInput): () => void {
  const { texts, lang, dir, names, policy } = input;
  const say = (key: string) => text(texts, `ui.${key}`);
  const states = new Map<string, HTMLElement>();
  const row = ({ key, purpose: id }: GuardianInput['items'][number]): Child => {
    const status = h('small', { role: 'status', part: 'status' });
    states.set(key, status);
    const purpose = policy.purposes.find((it) => it.id === id);
    const button = (value: 'no' | 'yes') => h('button', {
      part: 'answer', value, 'aria-describedby': `n-${key}`,
      click: () => {
        const item = input.items.find((it) => it.key === key);
        if (item) input.onAnswer(item, value === 'yes');
      },
    }, say(value));
    return h('li', { part: 'item' },
      h('h3', { id: `n-${key}` }, itemName(texts, names, key)),
      h('p', { part: 'text' }, text(texts, `${id}.text`)),
      purpose && h('details', { open: true }, h('summary', {}, say('details')), h('div', { class: 'in' }, particulars(input, purpose))),
      h('div', { class: 'pair' }, button('no'), button('yes')), status);
  };
  const box = h('div', { class: 'ck g', lang, dir, part: 'surface' },
    h('h2', { part: 'title' }, say('guardian.for')),
    h('p', { part: 'text' }, say('guardian.text')),
    h('ul', {}, input.items.map(row)));
  dress(place, parts + data + facts + css, input).append(box);
  const update = () => {
    for (const { key, granted, control } of input.items) {
      const said = say(`${control}.${granted ? 'on' : 'off'}`);
      const status = states.get(key);
      if (status && status.textContent !== said) status.replaceChildren(said);
    }
  };
  update();
  return update;
}
