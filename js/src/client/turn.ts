/** One tab at a time. */

/** Longer than the tab whose turn it is may take; a tab that sleeps in its turn stops nobody. */
const LONGEST_TURN = 35_000;

/**
 * Runs `work` while no other tab runs any under the same name. Without Web Locks, when the page goes, or when the others
 * take too long, it runs at once: what is done twice does no harm.
 */
export async function inTurn(name: string, work: () => Promise<void>): Promise<void> {
  const stop = new AbortController();
  let working: Promise<void> | undefined;
  const begin = () => (working ??= work());
  // The turn ends here, the work goes on: a page that holds a lock is not kept for the way back.
  const leave = () => {
    void begin();
    stop.abort();
  };
  const left = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  const timer = setTimeout(leave, LONGEST_TURN);
  addEventListener('pagehide', leave);
  try {
    await navigator.locks.request(name, { signal: stop.signal }, () => {
      clearTimeout(timer);
      return Promise.race([begin(), left]);
    });
  } catch {
    // There are no locks here, or the page could not wait.
  }
  clearTimeout(timer);
  removeEventListener('pagehide', leave);
  await begin();
}
