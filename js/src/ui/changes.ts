/** What changed, in one sentence for each change: New recipient: **Adlumen GmbH**. */
import { h, type Child } from './el.js';
import { period } from './period.js';
import { fill, find, text } from './texts.js';
import type { Change, Look, Texts } from './types.js';

/** Sentences come from `ui.change.<part>`, with `.new` and `.gone` where a side is empty. */
export function changeLines(look: Look, changes: readonly Change[], names: Texts = {}): HTMLElement[] {
  const { texts, lang } = look;
  const show = (value: string) => find(texts, `ui.basis.${value}`) ?? period(lang, value);
  return changes.map(({ part, id, was, now }) => {
    const key = `ui.change.${part}`;
    const form = !was == !now ? '' : was ? '.gone' : '.new';
    const name: Child = h('ins', {}, find(names, id) ?? find(texts, `data.${id}.name`) ?? id);
    const sentence = find(texts, key + form) ?? find(texts, key) ?? text(texts, 'ui.change');
    const values = { name, was: h('del', {}, show(was)), now: h('ins', {}, show(now)) };
    return h('small', { class: 'chg' }, fill(sentence, values));
  });
}
