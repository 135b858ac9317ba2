/**
 * Where a page keeps what a person has answered: in localStorage, which is written in the click and read by boot, and in a
 * copy of it in IndexedDB, which follows. Each makes up for the other.
 *
 * The copy fills gaps and overwrites nothing. So what comes back is only what this device once knew: an intent that has
 * become a record meanwhile gives the same record, and is forgotten again; a record that has been acknowledged does not
 * wait again. A snapshot is not copied, it follows from the records.
 */
import type { Kernel } from '../boot/kernel.js';
import { readSnapshot } from '../boot/snapshot.js';
import type { Box } from '../boot/store.js';
import { decode, encode } from './base64.js';
import { openMirror } from './mirror.js';
import { put, remove } from './store.js';
import { joinTabs } from './tabs.js';

/** How long a start waits for IndexedDB. What comes later is taken in as if another tab had told it. */
const LONGEST_START = 1_000;

/** How long IndexedDB may take before something counts as not saved. */
const LONGEST_WRITE = 10_000;

/** What is copied. When other keys end, those of later versions among them, nobody here knows. */
const COPIED = /^([uo]$|[rw]:)/;

/** What proves an answer: it counts only where it lies. */
const PROOF = /^[rw]:/;

/** What the engine wants to hear of: proofs, and that the device has been given away. */
const TOLD = /^(u$|[rw]:)/;

export interface Keep {
  /** Done when what one of the two has lost is back, as far as the other has it. */
  readonly ready: Promise<void>;
  /** Called when there is something to read that this page has not written. */
  changed: () => void;
  /** Whether all that was written until now lies in IndexedDB; no when it takes longer than so many milliseconds. */
  settled(longest?: number): Promise<boolean>;
  /** Where things are kept now. */
  places(): Place[];
  /** The code of what is wrong with the copy, or nothing. */
  trouble(): string;
}

export type Place = 'localStorage' | 'IndexedDB';

export function openKeep(kernel: Kernel): Keep {
  const { _box: box, data: { site } } = kernel;
  const prefix = `ck:${site}:`;
  const mirror = openMirror(site);
  // What has been read and written: a page outlives a localStorage that is cleared under it.
  const memory = new Map<string, string>();
  // What the page has set or removed while it was reading.
  const touched = new Set<string>();
  let here = isThere();

  const note = (key: string, value?: string) => void (value === undefined ? memory.delete(key) : memory.set(key, value));

  const hear = (key: string, value?: string) => {
    // A tab that knew less may have written its snapshot, and its cookie, over ours: read anew, this one writes its own again.
    if (key === 's' && value && `${readSnapshot(box)?.heads}` !== `${kernel._heads}`) keep.changed();
    if (!COPIED.test(key) || memory.get(key) === value) return;
    note(key, value);
    if (value !== undefined && TOLD.test(key)) keep.changed();
  };

  const tabs = joinTabs(site, hear, () => void recover().then(() => keep.changed()));

  kernel._box = together(box, memory, prefix);
  kernel._keep = (key, value, written) => {
    here = written ?? here;
    touched.add(key);
    if (!COPIED.test(key)) return note(key, value);
    mirror.set(key, value);
    const told = () => {
      note(key, value);
      tabs.tell(key, value);
    };
    if (written === false && PROOF.test(key)) void mirror.settled().then((ok) => ok && told());
    else told();
  };

  async function recover(): Promise<void> {
    touched.clear();
    const filled = mirror.all().then(fill);
    if (await soon(filled.then(() => true), LONGEST_START)) return;
    void filled.then(() => keep.changed());
  }

  /** Fills the gaps of each from the other. */
  async function fill(copy: Map<string, string>): Promise<void> {
    for (const key of memory.keys()) if (PROOF.test(key)) memory.delete(key);
    const found = new Set([...box._keys('').map((key) => key.slice(prefix.length)), ...copy.keys()]);
    for (const key of found) {
      const mine = box._read(key);
      const copied = copy.get(key);
      if (!COPIED.test(key) || touched.has(key)) continue;
      // Acknowledged meanwhile: one of the two had not heard of it.
      if (key.startsWith('w:r:') && found.has(key.slice(2))) remove(kernel, key);
      else if (copied !== undefined && (mine === undefined || (await isBetter(key, copied, mine)))) {
        here = put(kernel, key, copied);
        memory.set(key, copied);
      } else if (mine !== undefined) {
        if (mine !== copied) mirror.set(key, mine);
        memory.set(key, mine);
      }
    }
  }

  const keep = {
    ready: recover(),
    changed: () => {},
    settled: (longest = LONGEST_WRITE) => soon(mirror.settled(), longest),
    places: () => [...(here ? ['localStorage' as const] : []), ...(mirror.trouble ? [] : ['IndexedDB' as const])],
    trouble: () => mirror.trouble,
  };
  return keep;
}

/** localStorage as it is now, and beneath it what this page knows besides. */
function together(box: Box, memory: Map<string, string>, prefix: string): Box {
  const known = (start: string) => [...memory.keys()].filter((key) => key.startsWith(start)).map((key) => prefix + key);
  return {
    _read: (key) => box._read(key) ?? memory.get(key),
    _keys: (start) => [...new Set([...box._keys(start), ...known(start)])],
  };
}

/** Whether there is a localStorage that answers. */
function isThere(): boolean {
  try {
    return localStorage.length >= 0;
  } catch {
    return false;
  }
}

/** Whether the copy of a record is what its id says, and the other is not. Pages without https have no hashes. */
async function isBetter(key: string, copied: string, mine: string): Promise<boolean> {
  const id = /^(?:w:)?r:(.*)/.exec(key)?.[1];
  const right = async (bytes: string) => encode(new Uint8Array(await crypto.subtle.digest('SHA-256', decode(bytes)))) === id;
  return copied !== mine && !!id && right(copied).catch(() => false);
}

/** What comes of it within a time; false when nothing does. */
const soon = (work: Promise<boolean>, longest: number): Promise<boolean> =>
  Promise.race([work, new Promise<boolean>((resolve) => setTimeout(resolve, longest, false))]);
