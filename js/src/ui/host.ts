/** The element that carries a component: a shadow root with adopted styles, outside the page's own tree. */
import { h, own } from './el.js';
import ck from './styles/ck.css';
import type { Look } from './types.js';

const sheets = new Map<string, CSSStyleSheet>();

export function host(tag: string, css: string, look: Look): { element: HTMLElement; root: ShadowRoot } {
  // Two bundles on one page may both bring the component: the first definition stands.
  if (!customElements.get(tag)) customElements.define(tag, class extends HTMLElement {});
  const element = h(tag, { lang: look.lang, dir: look.dir });
  return { element, root: dress(element, css, look) };
}

/** The shadow root of an element, with our styles. */
export function dress(element: HTMLElement, css: string, { theme }: Look): ShadowRoot {
  if (theme) element.setAttribute('theme', theme);
  const root = element.attachShadow({ mode: 'open' });
  let sheet = sheets.get(css);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(ck + css);
    sheets.set(css, sheet);
  }
  root.adoptedStyleSheets = [sheet];
  return root;
}

/** In front of the body: first in the order of Tab, and no sibling rule or hydration of the page meets it. */
export function place(element: HTMLElement): void {
  own('documentElement').insertBefore(element, own('body'));
}
