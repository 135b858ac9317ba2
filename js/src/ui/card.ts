/** A card over the page, under the element that it belongs to. It is never modal, and it scrolls with the page. */
import { own } from './el.js';

/** Between the element and its card, and between the card and the edges of the window. */
const GAP = 12;

/** Keeps the card in its place until the returned function is called. */
export function under(target: HTMLElement, card: HTMLElement, dir: 'ltr' | 'rtl'): () => void {
  const page = own('documentElement');
  const fit = () => {
    const at = target.getBoundingClientRect();
    const room = page.clientWidth - card.offsetWidth - GAP;
    const start = Math.max(GAP, Math.min(dir === 'rtl' ? at.right - card.offsetWidth : at.left, room));
    // In the top layer, what is absolute is so in the page.
    card.style.setProperty('inset', `${at.bottom + scrollY + GAP}px auto auto ${start + scrollX}px`);
    card.style.setProperty('--_x', `${Math.round(at.left + at.width / 2 - start)}px`);
  };
  const watch = new ResizeObserver(fit);
  for (const it of [page, target, card]) watch.observe(it);
  // Also of boxes inside the page that scroll.
  addEventListener('scroll', fit, { capture: true, passive: true });
  fit();
  return () => {
    watch.disconnect();
    removeEventListener('scroll', fit, { capture: true });
  };
}
