/** When a page may be on its way out. */

let going = false;

/** Whether what runs now may be the last that the page does. */
export const isGoing = (): boolean => going;

/** Calls back when the page is hidden, which on phones is all that is ever heard, and when it goes. */
export function whenLeaving(call: () => void): void {
  addEventListener('pageshow', () => (going = false));
  addEventListener('pagehide', () => {
    going = true;
    call();
  });
  document.addEventListener('visibilitychange', () => document.hidden && call());
}
