/** localStorage under one prefix, for reading. Where it is forbidden or broken there is nothing in it. */
export interface Box {
  _read(key: string): string | undefined;
  /** Every key under the prefix that begins with `start`, as a whole. */
  _keys(start: string): string[];
}

export function openBox(site: string): Box {
  const prefix = `ck:${site}:`;
  // Forbidden storage throws at its mere mention, broken storage at any use, and some embedded browsers have null.
  const look = <Seen>(at: (storage: Record<string, string>) => Seen): Seen | undefined => {
    try {
      return at(localStorage as unknown as Record<string, string>);
    } catch {}
  };
  return {
    // The prefix keeps these names apart from the methods of Storage.
    _read: (key) => look((storage) => storage[prefix + key]),
    _keys: (start) => look((storage) => Object.keys(storage).filter((key) => key.startsWith(prefix + start))) ?? [],
  };
}
