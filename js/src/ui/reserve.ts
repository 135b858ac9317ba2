/** Keeps the lower part of the page reachable while a banner lies over it. */
import { own } from './el.js';

const NAMES = ['scroll-padding-block-end', 'padding-block-end'] as const;

/**
 * Whatever gets the focus scrolls clear of the banner, and the end of the page can be scrolled clear too.
 * A page that fits its window only grows once somebody uses the keyboard: a scroll bar would shift it.
 */
export function reserve(box: HTMLElement): () => void {
  const page = own('documentElement');
  const { style } = page;
  const before = NAMES.map((name) => style.getPropertyValue(name));
  let keys = false;
  const fit = () => {
    const size = `${Math.ceil(innerHeight - box.getBoundingClientRect().top)}px`;
    style.setProperty(NAMES[0], size);
    if (keys || page.scrollHeight > page.clientHeight) style.setProperty(NAMES[1], size);
  };
  const onKey = () => ((keys = true), fit());
  const watch = new ResizeObserver(fit);
  watch.observe(box);
  addEventListener('keydown', onKey, { once: true });
  return () => {
    watch.disconnect();
    removeEventListener('keydown', onKey);
    NAMES.forEach((name, i) => style.setProperty(name, before[i] ?? ''));
  };
}
