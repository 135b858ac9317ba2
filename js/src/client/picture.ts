/** The snapshot for boot, with the cookie that stood beside it: where that is another one now, an answer was given on a subdomain. */
import type { Kept } from '../boot/snapshot.js';
import type { Kernel } from '../boot/kernel.js';
import type { Snapshot } from '../types.gen.js';
import { remove, write } from './store.js';
import { openOutside } from './stored.js';

export interface Picture {
  /** Writes it, or takes the last one away. */
  put(snapshot?: Snapshot): void;
  /** Writes the cookie, which the snapshot that lies there has taken into account if it is the last one of this page. */
  cookie(value: string, maxAge: number): void;
}

export function openPicture(kernel: Kernel): Picture {
  const { _box: box, data } = kernel;
  const outside = openOutside(data.site);
  let last: Snapshot | undefined;
  let text = '';
  const put = (snapshot?: Snapshot) => {
    last = snapshot;
    if (!snapshot) return remove(kernel, 's');
    const kept: Kept = { ...snapshot, cookie: outside.read() };
    text = JSON.stringify(kept);
    write(kernel, 's', text);
  };
  return {
    put,
    cookie(value, maxAge) {
      outside.write(value, maxAge);
      if (last && box._read('s') === text) put(last);
    },
  };
}
