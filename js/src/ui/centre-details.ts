/** What a row shows when it is opened: who receives what, each with a state of its own, wishes, and the particulars. */
import { state, type Rows } from './centre-state.js';
import { h, link, type Child } from './el.js';
import { country } from './format.js';
import { label, particulars } from './particulars.js';
import type { CentrePurpose } from './types.js';

export function details(rows: Rows, purpose: CentrePurpose): Child {
  const { id, recipients = [] } = purpose;
  return [
    recipients.length > 0 && [label(rows.input.texts, 'who'), h('ul', {}, recipients.map((who) => recipientRow(rows, id, who)))],
    rows.wishes.draw(purpose),
    particulars(rows.input, purpose),
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
