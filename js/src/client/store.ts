/** Writing to localStorage under the prefix of a site. */
import type { Kernel } from '../boot/kernel.js';

/** True when it lies there now: some browsers swallow writes that do not fit. */
export function write({ _box: box, data }: Kernel, key: string, value: string): boolean {
  try {
    localStorage.setItem(`ck:${data.site}:${key}`, value);
  } catch {
    return false;
  }
  return box._read(key) === value;
}

/** What follows `start` in every key that begins with it. */
export const keys = ({ _box: box, data }: Kernel, start: string): string[] =>
  box._keys(start).map((key) => key.slice(`ck:${data.site}:${start}`.length));

export function remove({ data }: Kernel, key: string): void {
  try {
    localStorage.removeItem(`ck:${data.site}:${key}`);
  } catch {
    // Nothing lies in a storage that is forbidden.
  }
}
