/** Removes what a service left on the device, as far as a page can. */
import type { Trace } from '../types.gen.js';

export function clearTraces(traces: Trace[]): void {
  for (const { name, kind } of traces) {
    const matches = (found: string) => (name.endsWith('*') ? found.startsWith(name.slice(0, -1)) : found === name);
    void CLEAR[kind]?.(matches);
  }
}

type Matches = (name: string) => boolean;

const CLEAR: Record<string, ((matches: Matches) => unknown) | undefined> = {
  cookie: (matches) => {
    for (const pair of document.cookie.split('; ')) {
      const name = pair.split('=')[0]!;
      if (matches(name)) expire(name);
    }
  },
  local: (matches) => clearStorage(() => localStorage, matches),
  session: (matches) => clearStorage(() => sessionStorage, matches),
  indexed_db: async (matches) => {
    const found = await indexedDB.databases?.();
    found?.forEach(({ name }) => name && matches(name) && indexedDB.deleteDatabase(name));
  },
  cache: async (matches) => (await caches.keys()).filter(matches).forEach((name) => void caches.delete(name)),
};

function clearStorage(open: () => Storage, matches: Matches): void {
  try {
    const storage = open();
    Object.keys(storage).filter(matches).forEach((key) => storage.removeItem(key));
  } catch {
    // Forbidden storage holds nothing.
  }
}

/** A cookie is named by its domain and path too, and a page cannot read either: every one that it could have. */
function expire(name: string): void {
  const labels = location.hostname.split('.');
  const domains = ['', ...labels.map((_, index) => labels.slice(index).join('.'))];
  const folders = location.pathname.split('/');
  const paths = folders.map((_, index) => folders.slice(0, index + 1).join('/') || '/');
  for (const domain of domains) {
    for (const path of new Set(['/', ...paths])) {
      document.cookie = `${name}=; Max-Age=0; Path=${path}${domain && '; Domain=' + domain}`;
    }
  }
}
