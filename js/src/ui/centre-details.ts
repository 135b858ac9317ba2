/** What a row shows when it is opened: who receives what, for how long, what is stored, on which ground. */
import { state, type Rows } from './centre-state.js';
import { h, link, type Child } from './el.js';
import { country } from './format.js';
import { period } from './period.js';
import { fill, find, purposeOf, text } from './texts.js';
import type { CentrePurpose } from './types.js';

type Pair = readonly [name: Child, value: string];

export function details(rows: Rows, purpose: CentrePurpose): Child {
  const { texts, lang, policy } = rows.input;
  const { id, data = [], transfers = [], recipients = [], legalBasis = 'consent' } = purpose;
  const label = (key: string) => h('small', { class: 'lab' }, text(texts, `ui.${key}`));
  const pair = ([name, value]: Pair) => h('div', {}, h('dt', {}, name), h('dd', {}, value));
  const pairs = (key: string, list: readonly Pair[]): Child =>
    list.length > 0 && [label(key), h('dl', { class: 'data' }, list.map(pair))];
  const used = (policy.services ?? []).filter(({ needs }) => needs.some((key) => purposeOf(key) == id));
  const clause = (key: string): Child => {
    const words = find(texts, `${id}.${key}`);
    return words !== undefined && ` ${words}`;
  };

  return [
    recipients.length > 0 && [label('who'), h('ul', {}, recipients.map((who) => recipientRow(rows, id, who)))],
    pairs('transfers', transfers.map((to) => [
      country(lang, to.country),
      to.safeguard ? text(texts, `ui.safeguard.${to.safeguard}`) : '',
    ])),
    pairs('data', data.map((use) => [
      text(texts, `data.${use.category}.name`),
      use.retention ? period(lang, use.retention) : text(texts, 'ui.unlimited'),
    ])),
    pairs('stored', used.flatMap((service) => (service.trackers ?? []).map((tracker): Pair => [
      [h('bdi', {}, tracker.name), ' ', h('small', {}, tracker.host || service.name)],
      tracker.lifetime ? period(lang, tracker.lifetime) : text(texts, 'ui.session'),
    ]))),
    h('p', { class: 'legal' },
      fill(text(texts, 'ui.ground'), { basis: text(texts, `ui.basis.${legalBasis}`) }), clause('yes'), clause('no')),
  ];
}

function recipientRow(rows: Rows, purpose: string, id: string): HTMLElement {
  const { lang, view, policy } = rows.input;
  const item = view.items.find((item) => item.purpose == purpose && item.recipient == id);
  const who = policy.recipients?.find((recipient) => recipient.id == id);
  const head = `n-${purpose}/${id}`;
  return h('li', { class: 'row', part: 'recipient' },
    h('div', { class: 'nm' },
      h('h4', { id: head }, h('bdi', {}, link(who?.noticeUrl, who?.name ?? id))),
      h('small', {}, who?.country && country(lang, who.country))),
    item && state(rows, item, head));
}
