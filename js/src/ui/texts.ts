/** Texts are looked up by key and filled with values or nodes; nothing in them is markup. */
import type { Child } from './el.js';
import type { Texts } from './types.js';

/** The text of a key, or nothing. */
export const find = (texts: Texts, key: string): string | undefined =>
  Object.hasOwn(texts, key) ? texts[key] : undefined;

/** The text of a key. A missing one shows its key, so that somebody notices. */
export const text = (texts: Texts, key: string): string => find(texts, key) ?? key;

/** The form for a number: `<key>.none` for 0, else that of the language's category (`<key>.one`, `<key>.few`, …), else `<key>`. */
export function plural(texts: Texts, lang: string, key: string, n: number): string {
  const form = n ? new Intl.PluralRules(lang).select(n) : 'none';
  return (find(texts, `${key}.${form}`) ?? text(texts, key)).replace('{n}', n.toLocaleString(lang));
}

/** A text with its `{placeholders}` replaced. Unknown ones vanish. */
export const fill = (template: string, values: Record<string, Child>): Child[] =>
  template.split(/\{(\w+)\}/).map((piece, i) => (i % 2 ? Object.hasOwn(values, piece) && values[piece] : piece));

/** `a, b and c` in the language. */
export const list = (lang: string, names: readonly string[]): string =>
  new Intl.ListFormat(lang).format(names);

/** The names of purposes, in a sentence. */
export const nameList = (texts: Texts, lang: string, purposes: readonly string[]): string =>
  list(lang, purposes.map((id) => text(texts, `${id}.name`)));

/** Under which key a build has written them already. */
export const listKey = (purposes: readonly string[]): string => 'ui.list.' + purposes.join();

/** The purpose of an item's key: `analytics` of `analytics/acme`. */
export const purposeOf = (key: string): string => key.split('/')[0] ?? key;

/** The name of an item: its purpose, and the recipient when it is about one. */
export function itemName(texts: Texts, names: Texts | undefined, key: string): string {
  const [, recipient] = key.split('/');
  const name = text(texts, `${purposeOf(key)}.name`);
  return recipient ? `${name}: ${find(names ?? {}, recipient) ?? recipient}` : name;
}
