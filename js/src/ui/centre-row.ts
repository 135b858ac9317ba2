/** A purpose as a row of the ledger: name, sentence, facts, what changed, and its state at the end. */
import { changeLines } from './changes.js';
import { details } from './centre-details.js';
import { isNews, state, type Rows } from './centre-state.js';
import { h } from './el.js';
import { period } from './period.js';
import { find, plural, text } from './texts.js';
import type { CentreInput, CentrePurpose, ItemView } from './types.js';

export function purposeRow(rows: Rows, item: ItemView, purpose: CentrePurpose): HTMLElement {
  const { texts } = rows.input;
  const id = `n-${item.key}`;
  // Why it is off where nothing in this row can turn it on; else what has decided.
  const reason = (!item.granted && find(texts, `ui.${item.control}.text`)) || find(texts, `ui.reason.${item.reasons[0]?.code}`);
  return h('li', { class: 'row', part: 'row' },
    // In front of the details: Tab meets a purpose's own switch before those of its recipients.
    state(rows, item, id),
    h('details', {},
      h('summary', {},
        h('div', { class: 'nm' },
          h('h3', { id }, text(texts, `${item.purpose}.name`)),
          isNews(item) && h('span', { class: 'tag', part: 'tag' }, text(texts, 'ui.new'))),
        h('p', {}, text(texts, `${item.purpose}.text`)),
        h('small', {}, facts(rows.input, item, purpose)),
        reason !== undefined && h('small', { class: 'chg' }, reason),
        changeLines(rows.input, item.changes, rows.names)),
      h('div', { class: 'in' }, details(rows, purpose))));
}

function facts({ texts, lang }: CentreInput, item: ItemView, { recipients = [], data = [] }: CentrePurpose): string {
  const count = (what: string, n: number) => plural(texts, lang, `ui.${what}`, n);
  const longest = data.map((use) => use.retention ?? '').sort((a, b) => days(a) - days(b)).at(-1);
  return [
    item.control == 'fixed' && text(texts, 'ui.unasked'),
    count('recipients', recipients.length),
    data.length > 0 && count('kinds', data.length),
    longest && text(texts, 'ui.upto').replace('{period}', period(lang, longest)),
  ].filter(Boolean).join(' · ');
}

/** Good enough to tell which period is the longest. */
const days = (iso: string): number =>
  (iso.match(/\d+\D/g) ?? []).reduce((sum, part) => sum + parseInt(part) * ({ Y: 365, M: 30.4, W: 7 }[part.slice(-1)] ?? 1), 0);
