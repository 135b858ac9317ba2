import type { Snapshot } from '../types.gen.js';
import type { Box } from './store.js';

/** The last snapshot in storage, whatever it was made for; nothing when there is none that can be read. */
export function readSnapshot({ _read }: Box): Snapshot | null | undefined {
  try {
    return JSON.parse(_read('s')!);
  } catch {}
}
