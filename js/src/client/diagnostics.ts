import type { Place } from './keep.js';

/** What waits on this device, and how the last tries to send it ended. */
export interface Diagnostics {
  /** Records in storage that no backend has acknowledged yet, and intents that are no records yet. */
  waiting: number;
  /** Records that the backend has refused. They stay in storage. */
  refused: number;
  /** When it tries again, in milliseconds since 1970 by the clock of this device; 0 when it does not wait for a moment. */
  nextTry: number;
  /** How the last try on this page ended: an HTTP status, 0 for no answer, and the code of what was wrong with it. */
  lastTry: { status: number; code: string } | undefined;
  /** Where answers are kept now; nowhere when it is empty. */
  places: Place[];
  /** Codes of what has gone wrong on this page, the latest last. */
  logged: string[];
}
