/** When a page looks for a newer policy: four to eight hours after the last time. The spread keeps pages from coming all at once. */
import type { Kernel } from '../boot/kernel.js';

const HOUR = 36e5;
const MOST = 8 * HOUR;

/** By then the page has asked for what it needs itself. */
export const SOON = 2_000;

export function isDue(kernel: Kernel): boolean {
  try {
    const wait = Number(localStorage.getItem(key(kernel)) ?? sessionStorage.getItem(key(kernel))) - Date.now();
    // A clock that has gone back makes it no longer.
    return !(wait > 0 && wait <= MOST);
  } catch {
    // Nothing can be remembered.
    return true;
  }
}

/** Notes that the page has looked. */
export function rest(kernel: Kernel): void {
  try {
    // Before a person has answered, nothing about their visits outlives the tab.
    (kernel._box._keys('')[0] ? localStorage : sessionStorage).setItem(key(kernel), String(Date.now() + MOST / 2 + (Math.random() * MOST) / 2));
  } catch {
    // The next page looks again.
  }
}

/** Not under the prefix of what boot reads: a moment is no answer. */
const key = ({ data }: Kernel): string => `ck-look:${data.site}`;
