/** What people are told about a purpose before they answer: where data goes, for how long, what is stored, on which ground. */
import { h, type Child } from './el.js';
import { country } from './format.js';
import { period } from './period.js';
import { fill, find, purposeOf, text } from './texts.js';
import type { CentrePurpose, Facts, Texts } from './types.js';

export function particulars({ texts, lang, policy }: Facts, purpose: CentrePurpose): Child {
  const { id, data = [], transfers = [], legalBasis = 'consent' } = purpose;
  const row = ([name, ...values]: readonly Child[]) =>
    h('tr', {}, h('th', { scope: 'row' }, name), values.map((value) => h('td', {}, value)));
  const table = (key: string, rows: readonly (readonly Child[])[]): Child =>
    rows.length > 0 && h('table', { class: 'data' }, h('caption', {}, label(texts, key)), rows.map(row));
  const used = (policy.services ?? []).filter(({ needs }) => needs.some((key) => purposeOf(key) == id));
  const clause = (key: string): Child => {
    const words = find(texts, `${id}.${key}`);
    return words !== undefined && ` ${words}`;
  };

  return [
    table('transfers', transfers.map((to) => [
      country(lang, to.country),
      to.safeguard ? text(texts, `ui.safeguard.${to.safeguard}`) : '',
    ])),
    table('data', data.map((use) => [
      text(texts, `data.${use.category}.name`),
      use.retention ? period(lang, use.retention) : text(texts, 'ui.unlimited'),
    ])),
    table('stored', used.flatMap((service) => (service.trackers ?? []).map((tracker) => [
      h('bdi', {}, tracker.name),
      h('bdi', {}, tracker.host || service.name),
      tracker.lifetime ? period(lang, tracker.lifetime) : text(texts, 'ui.session'),
    ]))),
    h('p', { class: 'legal' },
      fill(text(texts, 'ui.ground'), { basis: text(texts, `ui.basis.${legalBasis}`) }), clause('yes'), clause('no')),
  ];
}

/** The heading of a group of facts. */
export const label = (texts: Texts, key: string): Child => h('small', { class: 'lab' }, text(texts, `ui.${key}`));
