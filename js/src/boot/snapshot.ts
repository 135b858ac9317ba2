import type { Snapshot } from '../types.gen.js';
import type { Box } from './store.js';

/** What lies in storage. */
export interface Kept extends Snapshot {
  /** The value of the cookie when it was written; nothing where cookies are refused. */
  cookie: string;
}

/** The last snapshot in storage, whatever it was made for; nothing when there is none that can be read. */
export function readSnapshot({ _read }: Box): Kept | null | undefined {
  try {
    return JSON.parse(_read('s')!);
  } catch {}
}
