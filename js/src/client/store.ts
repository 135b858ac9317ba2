/** Writing to localStorage under the prefix of a site. Where the client is there, its copy follows. */
import type { Kernel } from '../boot/kernel.js';

/** True when it lies in localStorage now. */
export function write(kernel: Kernel, key: string, value: string): boolean {
  const here = put(kernel, key, value);
  kernel._keep?.(key, value, here);
  return here;
}

/** The same for localStorage alone. Some browsers swallow writes that do not fit. */
export function put({ data }: Kernel, key: string, value: string): boolean {
  const name = `ck:${data.site}:${key}`;
  try {
    localStorage.setItem(name, value);
    if (localStorage[name] === value) return true;
  } catch {
    // As when it is swallowed.
  }
  // What cannot be replaced is no longer true. A record never changes, and another tab may have written it.
  if (!/^(w:)?[ar]:/.test(key)) erase(name);
  return false;
}

/** What follows `start` in every key that begins with it. */
export const keys = ({ _box: box, data }: Kernel, start: string): string[] =>
  box._keys(start).map((key) => key.slice(`ck:${data.site}:${start}`.length));

export function remove(kernel: Kernel, key: string): void {
  erase(`ck:${kernel.data.site}:${key}`);
  kernel._keep?.(key);
}

function erase(name: string): void {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing lies in a storage that is forbidden.
  }
}
