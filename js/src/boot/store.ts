/** localStorage under one prefix, for reading. Where it is forbidden there is nothing in it. */
export interface Box {
  _read(key: string): string | undefined;
  /** Every key under the prefix that begins with `start`, as a whole. */
  _keys(start: string): string[];
}

export function openBox(site: string): Box {
  const prefix = `ck:${site}:`;
  let storage: Record<string, string> = {};
  try {
    storage = localStorage as unknown as Record<string, string>;
  } catch {
    // A browser that forbids storage throws at the mere mention of it.
  }
  return {
    // The prefix keeps these names apart from the methods of Storage.
    _read: (key) => storage[prefix + key],
    _keys: (start) => Object.keys(storage).filter((key) => key.startsWith(prefix + start)),
  };
}
