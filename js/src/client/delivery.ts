/**
 * A newer policy for a page that is already deployed or cached: asked of the backend, checked, taken over, kept for the next page.
 *
 * Loaded only where the policy pins keys: when one lies in storage, or when the time has come to ask. A policy counts if a pinned key
 * has signed it, its site is the page's, and it is newer than the page's own and than the stored one. Its age does not matter and no
 * clock is asked: clocks of devices are wrong, and a policy that a wrong clock locks out protects nobody. Whoever sits between page
 * and backend can keep a newer policy back, but bring no older one back.
 */
import type { Kernel } from '../boot/kernel.js';
import { pickLang } from '../boot/lang.js';
import { readSnapshot } from '../boot/snapshot.js';
import type { TextBundle } from '../types.gen.js';
import { readText } from './body.js';
import { rest } from './due.js';
import { MOST_BYTES, open, order, pins, refused, trust, type BuiltPolicy, type Delivered, type Trusted } from './envelope.js';
import { logOnce } from './log.js';
import type { Newer } from './renew.js';
import { remove, write } from './store.js';
import { address } from './transport.js';

/** Longer than any server that is still working on it. */
const PATIENCE = 30_000;

/** Under the prefix of the site: one envelope as it was delivered, so that it changes as a whole or not at all. */
export const KEY = 'p';

/** What lies in storage, if it is newer than the page's own. */
export async function stored(kernel: Kernel, own: BuiltPolicy): Promise<Newer | undefined> {
  try {
    const trusted = await trust(own.settings.keys);
    const found = await readStored(kernel, own, trusted);
    return found && newer(kernel, own, trusted, found);
  } catch (error) {
    say(kernel, error);
    return undefined;
  }
}

/** Asks for a built page, whose policy lies in the folder of its build. */
export async function lookFrom(kernel: Kernel, base: string): Promise<void> {
  const own = (await fetch(base + 'policy.json').then((response) => response.json()).catch(() => undefined)) as BuiltPolicy | undefined;
  if (own && pins(own)) await look(kernel, own);
}

/** Asks the backend and hands what is newer to the engine, which asks the person what must be asked. */
export async function look(kernel: Kernel, own: BuiltPolicy): Promise<void> {
  try {
    const trusted = await trust(own.settings.keys);
    const known = (await readStored(kernel, own, trusted).catch((error) => say(kernel, error))) || undefined;
    const text = await ask(kernel, own).finally(() => rest(kernel));
    const found = text === undefined ? undefined : await open(text, kernel.data.site, trusted);
    const ahead = found && order(found, known ?? own);
    if (found && ahead! > 0) {
      // What the engine of this page refuses is not kept.
      const keep = () => write(kernel, KEY, text!) || say(kernel, refused('DELIVERY_NOT_STORED', 'storage is full or forbidden: this page has it, the next one asks again'));
      (await kernel.client()).renew({ ...newer(kernel, own, trusted, found), keep });
      return;
    }
    // The last snapshot may be of a tab that had not heard of it: only the engine knows what holds.
    if (known && !String(readSnapshot(kernel._box)?.key).startsWith(known.meaning + '|')) await kernel.client();
    if (ahead! < 0) throw refused('DELIVERY_OLDER', 'the backend gives out an older one than this page has');
  } catch (error) {
    say(kernel, error);
  }
}

async function readStored(kernel: Kernel, own: BuiltPolicy, trusted: Trusted): Promise<Delivered | undefined> {
  const text = kernel._box._read(KEY);
  if (text === undefined) return undefined;
  const found = await open(text, kernel.data.site, trusted);
  if (order(found, own) > 0) return found;
  // The site has been deployed again.
  remove(kernel, KEY);
  return undefined;
}

/** Its words are fetched where it was delivered in another language than the page's; without them it speaks the other one. */
function newer(kernel: Kernel, own: BuiltPolicy, trusted: Trusted, found: Delivered): Newer {
  const fetched = async () => {
    const text = await ask(kernel, own);
    const other = text === undefined ? undefined : await open(text, kernel.data.site, trusted);
    return other && order(other, found) === 0 ? other.texts : found.texts;
  };
  let words: Promise<TextBundle> | undefined;
  const spoken = found.texts.lang === pickLang(kernel.data.langs);
  return { policy: found.policy, texts: () => (words ??= spoken ? Promise.resolve(found.texts) : fetched().catch(() => found.texts)) };
}

/** The text of an envelope. Nothing when nobody answers: a later page asks again. */
async function ask({ data: { langs, site } }: Kernel, { settings }: BuiltPolicy): Promise<string | undefined> {
  // A newer policy may have lost a language; the default is the last to go.
  for (const lang of new Set([pickLang(langs), langs[0]!])) {
    const url = `${address(settings.endpoint, 'policy')}/${encodeURIComponent(site)}/${lang}`;
    // The browser names the ETag of what it has, and the backend answers that nothing has changed.
    const response = await fetch(url, { cache: 'no-cache', credentials: 'omit', signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
    if (response?.status === 404) continue;
    if (!response?.ok) return undefined;
    const text = await readText(response, MOST_BYTES).catch(() => '');
    if (text === undefined) throw refused('DELIVERY_TOO_LARGE', `it has more than ${MOST_BYTES} bytes`);
    // Broken off: as if nobody had answered.
    return text || undefined;
  }
  throw refused('DELIVERY_MISSING', 'settings.endpoint has none; give the backend the folder "delivery" of a build');
}

/** False, for whoever has nothing else to say. */
function say(kernel: Kernel, error: unknown): false {
  const { code = 'DELIVERY_FAILED', hint = String(error) } = Object(error) as { code?: string; hint?: string };
  logOnce(kernel, code, `a newer policy is not used: ${hint}`);
  return false;
}
