/** Builds DOM out of plain values. Strings become text nodes, never markup. */

export type Child = Node | string | false | undefined | readonly Child[];
export type Props = Record<string, string | number | boolean | undefined | ((event: Event) => void)>;

/** An element: functions are listeners, everything else is an attribute (`false` and `undefined` are none). */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props, ...children: Child[]): HTMLElementTagNameMap[K];
export function h(tag: string, props: Props, ...children: Child[]): HTMLElement;
export function h(tag: string, props: Props, ...children: Child[]): HTMLElement {
  const el = Document.prototype.createElement.call(document, tag);
  for (const name of Object.keys(props)) {
    const value = props[name];
    if (typeof value == 'function') el.addEventListener(name, value);
    else if (value !== undefined && value !== false) el.setAttribute(name, value === true ? '' : `${value}`);
  }
  el.append(...flat(children));
  return el;
}

/** A link to a page; an address of any other kind, such as a script, leaves only its label. */
export function link(href: string | undefined, ...label: Child[]): Child {
  const a = h('a', { href: href || undefined, part: 'link', target: '_blank' }, ...label);
  return /^(https?|file|mailto):/.test(a.protocol) ? a : label;
}

/** A property of the document itself: an element called `body` or `activeElement` cannot stand in for it. */
export const own = <K extends keyof Document>(key: K): Document[K] =>
  Reflect.get(Document.prototype, key, document) as Document[K];

const flat = (children: readonly Child[]): (Node | string)[] =>
  (children as unknown[]).flat(9).filter((child) => child) as (Node | string)[];
