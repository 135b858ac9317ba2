/**
 * Other tabs of the site.
 *
 * What they write is heard twice: from the event of localStorage, which every version of the client causes, and from a
 * channel, for browsers that have no localStorage here or leave the event out. Hearing twice does no harm.
 */

export interface Tabs {
  /** Tells the others of a text that has been set, or removed. */
  tell(key: string, value?: string): void;
}

/** `hear` is called for whatever another tab has set or removed, `back` when the page returns from the back/forward cache. */
export function joinTabs(site: string, hear: (key: string, value?: string) => void, back: () => void): Tabs {
  const prefix = `ck:${site}:`;
  let channel: BroadcastChannel | undefined;
  const join = () => {
    try {
      channel = new BroadcastChannel(prefix);
      channel.onmessage = ({ data }) => Array.isArray(data) && typeof data[0] === 'string' && hear(data[0], data[1]);
    } catch {
      // There is no channel here; the event of localStorage remains.
    }
  };
  join();
  addEventListener('storage', ({ key, newValue }) => {
    if (key?.startsWith(prefix)) hear(key.slice(prefix.length), newValue ?? undefined);
  });
  // A page with an open channel is not kept for the way back.
  addEventListener('pagehide', () => {
    channel?.close();
    channel = undefined;
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return;
    join();
    back();
  });
  return { tell: (key, value) => channel?.postMessage([key, value]) };
}
