/**
 * What lies in storage, for the engine. Whatever cannot be read is said and left where it is.
 *
 * | key after `ck:<site>:` | holds |
 * |---|---|
 * | `s` | the last snapshot |
 * | `u` | the pseudonymous id |
 * | `r:<id>` | a record that a backend has acknowledged, or that was made where there is none |
 * | `w:r:<id>` | a record that waits to be acknowledged |
 * | `w:i:<nonce>` | an intent that waits to become a record |
 * | `a:<id>` | a record that the backend has sent for the account that is signed in |
 * | `o` | the state of sending |
 */
import type { Kernel } from '../boot/kernel.js';
import type { Intent, Snapshot, Stored } from '../types.gen.js';
import { keys } from './store.js';

export function readStored(kernel: Kernel, say: (code: string, message: string) => void): Stored {
  const { _box: box, data } = kernel;
  const read = <T>(key: string, shape: T): T | undefined => {
    try {
      const found: unknown = JSON.parse(box._read(key) ?? '');
      return fits(found, shape) ? found : undefined;
    } catch {
      return undefined;
    }
  };
  if (box._read('s') !== undefined && !read('s', SNAPSHOT)) {
    say('SNAPSHOT_UNREADABLE', 'the stored state is broken; the records decide, and without them people are asked again');
  }
  const intents = keys(kernel, 'w:i:').flatMap((nonce) => {
    const intent = read('w:i:' + nonce, INTENT);
    if (!intent) say('INTENT_UNREADABLE', 'a stored answer cannot be read; it stays where it is');
    return intent ? [intent] : [];
  });
  const found = (prefix: string, acked: boolean) =>
    keys(kernel, prefix).map((id) => ({ id, bytes: box._read(prefix + id) ?? '', acked }));
  const records = [...found('r:', true), ...found('a:', true), ...found('w:r:', false)];
  return { records, intents, cookie: openOutside(data.site).read(), outbox: box._read('o') ?? '', subject: box._read('u') ?? '' };
}

/** The cookie that servers and subdomains can read. */
export function openOutside(site: string): { read(): string; write(value: string, maxAge: number): void } {
  const name = 'ck_' + site.replace(/[^a-z0-9]/gi, '_');
  return {
    read: () => document.cookie.split('; ').find((pair) => pair.startsWith(name + '='))?.slice(name.length + 1) ?? '',
    write: (value, maxAge) => {
      const secure = location.protocol === 'https:' ? '; Secure' : '';
      document.cookie = `${name}=${value}; Max-Age=${maxAge}; Path=/; SameSite=Lax${secure}${widest(name)}`;
    },
  };
}

/** The shortest domain that the browser accepts: only it knows that nobody owns `co.uk`. */
function widest(name: string): string {
  const labels = location.hostname.split('.');
  for (let take = 2; take <= labels.length; take++) {
    const domain = `; Domain=${labels.slice(-take).join('.')}`;
    const probe = `${name}_probe=1`;
    document.cookie = `${probe}; Path=/${domain}`;
    const accepted = document.cookie.includes(probe);
    document.cookie = `${name}_probe=; Max-Age=0; Path=/${domain}`;
    if (accepted) return domain;
  }
  return '';
}

/** Whether every field of the shape is there with its type. */
export function fits<T>(found: unknown, shape: T): found is T {
  const own = Object(found) as Record<string, unknown>;
  const alike = typeof found === typeof shape && Array.isArray(found) === Array.isArray(shape);
  return alike && Object.entries(shape as object).every(([name, value]) => Object.hasOwn(own, name) && fits(own[name], value));
}

const SNAPSHOT: Partial<Snapshot> = { key: '', policy: 0, madeAt: 0, validUntil: 0, granted: [], services: [], ask: false, clear: [], heads: [] };

const INTENT: Intent = {
  nonce: '',
  kind: '',
  subject: '',
  account: '',
  at: 0,
  heads: [],
  stamp: '',
  region: '',
  signals: [],
  age: '',
  actor: '',
  control: '',
  answers: '',
  wishes: [],
  checkpoint: '',
  body: '',
};
