import type { Kernel } from '../boot/kernel.js';
import type { Snapshot } from '../types.gen.js';
import { remove, write } from './store.js';
import { openOutside } from './stored.js';

/**
 * Writes the cookie, and the snapshot with the cookie that lies there now: once another page has written another one, boot leaves
 * the snapshot to the engine. In this order, because other tabs hear of the snapshot.
 */
export function keepPicture(kernel: Kernel, snapshot: Snapshot | false, cookie?: { value: string; maxAge: number }): void {
  const outside = openOutside(kernel.data.site);
  if (cookie) outside.write(cookie.value, cookie.maxAge);
  if (snapshot) write(kernel, 's', JSON.stringify({ ...snapshot, cookie: outside.read() }));
  else remove(kernel, 's');
}
