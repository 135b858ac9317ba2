/**
 * The copy of a site's storage in IndexedDB: one store of texts, under the keys that localStorage has after its prefix.
 *
 * The database is opened for each use and closed with it: a page that goes holds nothing, so browsers keep it for the
 * way back. Nothing here throws; what fails is told by `trouble`.
 */

/** The version of the database. A later one cannot be opened by this client, which then goes without a copy. */
const VERSION = 1;
const STORE = 'kept';

export interface Mirror {
  /** All that lies there, and what has been set is part of it. Makes no database where there is none: before an answer nothing is stored. */
  all(): Promise<Map<string, string>>;
  /** Sets a text, or removes it. What is set together is written together, or not at all. */
  set(key: string, value?: string): void;
  /** Whether all that has been set until now lies on the disk. */
  settled(): Promise<boolean>;
  /** The code of what has gone wrong, or nothing. */
  readonly trouble: string;
}

export function openMirror(site: string): Mirror {
  const name = 'ck:' + site;
  let changes = new Map<string, string | undefined>();
  let last = Promise.resolve(true);
  let trouble = '';

  const attempt = async <T>(work: Promise<T>, otherwise: T): Promise<T> => {
    try {
      const done = await work;
      trouble = '';
      return done;
    } catch {
      trouble = 'MIRROR_UNAVAILABLE';
      return otherwise;
    }
  };

  const flush = (): Promise<boolean> => {
    const now = changes;
    changes = new Map();
    const put = (store: IDBObjectStore) => now.forEach((value, key) => (value === undefined ? store.delete(key) : store.put(value, key)));
    return attempt(use(name, 'readwrite', put).then(() => true), false);
  };

  return {
    all: () => last.then(() => attempt(readAll(name), new Map())),
    set(key, value) {
      if (!changes.size) last = last.then(flush);
      changes.set(key, value);
    },
    settled: () => last,
    get trouble() {
      return trouble;
    },
  };
}

async function readAll(name: string): Promise<Map<string, string>> {
  // To look into a database that is not there makes one, and WebKit keeps an empty one of it.
  const all = await indexedDB.databases?.();
  if (all && !all.some((it) => it.name === name && it.version)) return new Map();
  const found = await use(name, 'readonly', (store) => [store.getAllKeys(), store.getAll()] as const);
  const values: unknown[] = found?.[1].result ?? [];
  const pairs = values.map((value, index) => [found?.[0].result[index], value] as const);
  return new Map(pairs.filter((pair): pair is [string, string] => pair.every((it) => typeof it === 'string')));
}

/** Runs `work` in a transaction of its own. Done when it is on the disk; nothing where there was nothing to read. */
function use<T>(name: string, mode: IDBTransactionMode, work: (store: IDBObjectStore) => T): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, VERSION);
    opening.onupgradeneeded = () => {
      if (mode === 'readwrite') return void opening.result.createObjectStore(STORE);
      opening.transaction?.abort();
      resolve(undefined);
    };
    opening.onerror = (event) => {
      // Said by its code; nobody else needs to hear of it.
      event.preventDefault();
      reject(opening.error);
    };
    opening.onsuccess = () => {
      const database = opening.result;
      try {
        const transaction = database.transaction(STORE, mode, { durability: 'strict' });
        const done = work(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(done);
        transaction.onabort = () => reject(transaction.error);
      } catch (error) {
        reject(error);
      } finally {
        // It closes when the transaction has ended.
        database.close();
      }
    };
  });
}
