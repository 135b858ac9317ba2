import type { Snapshot } from '../types.gen.js';
import type { Box } from './store.js';

/** A snapshot, and the value of the cookie that lay beside it. */
export type Kept = Snapshot & { cookie: string };

/** The last snapshot in storage, whatever it was made for; nothing when there is none that can be read. */
export function readSnapshot({ _read }: Box): Kept | null | undefined {
  try {
    return JSON.parse(_read('s')!);
  } catch {}
}
