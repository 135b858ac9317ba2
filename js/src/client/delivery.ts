/**
 * A newer policy for a page that is already deployed or cached: asked of the backend, checked, taken over, kept for the next page.
 *
 * Loaded only where the policy pins keys: when one lies in storage, or when the time has come to ask. A policy counts if a pinned key
 * has signed it, its site is the page's, and it is newer than the page's own and than the stored one. Its age does not matter and no
 * clock is asked: clocks of devices are wrong, and a policy that a wrong clock locks out protects nobody. Whoever sits between page
 * and backend can keep a newer policy back, but bring no older one back.
 */
import type { Kernel } from '../boot/kernel.js';
import { readSnapshot } from '../boot/snapshot.js';
import type { TextBundle } from '../types.gen.js';
import { readText } from './answer.js';
import { rest } from './due.js';
import { MOST_BYTES, open, order, pins, refused, trust, type BuiltPolicy, type Delivered, type Trusted } from './envelope.js';
import { asked } from './follow.js';
import { logOnce } from './log.js';
import type { Newer } from './renew.js';
import { remove, write } from './store.js';
import { address } from './transport.js';

/** Longer than any server that is still working on it. */
const PATIENCE = 30_000;

/**
 * Under the prefix of the site: the language that was asked for, a line feed, and the envelope as it was delivered. One key, so that
 * it changes as a whole or not at all.
 */
const KEY = 'p';

/** What this page knows of itself. */
interface Own {
  kernel: Kernel;
  policy: BuiltPolicy;
  /** To be asked for in this order. */
  languages: string[];
  trusted: Trusted;
}

/** What lies in storage, if it is newer than the page's own. */
export async function stored(kernel: Kernel, policy: BuiltPolicy, languages: string[]): Promise<Newer | undefined> {
  try {
    const own: Own = { kernel, policy, languages, trusted: await trust(policy.settings.keys) };
    const found = await readStored(own);
    return found && newer(own, found.it, found.lang);
  } catch (error) {
    say(kernel, error);
    return undefined;
  }
}

/** Asks for a built page, whose policy lies in the folder of its build. */
export async function lookFrom(kernel: Kernel, base: string): Promise<void> {
  const policy = (await fetch(base + 'policy.json').then((response) => response.json()).catch(() => undefined)) as BuiltPolicy | undefined;
  if (policy && pins(policy)) await look(kernel, policy, asked(kernel));
}

/** Asks the backend and hands what is newer to the engine, which asks the person what must be asked. */
export async function look(kernel: Kernel, policy: BuiltPolicy, languages: string[]): Promise<void> {
  try {
    const own: Own = { kernel, policy, languages, trusted: await trust(policy.settings.keys) };
    const known = (await readStored(own).catch((error) => say(kernel, error))) || undefined;
    const text = await ask(own).finally(() => rest(kernel));
    const found = text === undefined ? undefined : await open(text, kernel.data.site, own.trusted);
    const ahead = found ? order(found, known?.it ?? policy) : 0;
    if (found && ahead > 0) {
      const keep = () => write(kernel, KEY, `${languages[0]}\n${text}`) || say(kernel, NOT_STORED);
      // What the engine of this page refuses is not kept.
      (await kernel.client()).renew({ ...newer(own, found, languages[0]), keep });
      return;
    }
    // The last snapshot may be of a tab that had not heard of it: only the engine knows what holds.
    if (known && !String(readSnapshot(kernel._box)?.key).startsWith(known.it.meaning + '|')) await kernel.client();
    if (ahead < 0) throw refused('DELIVERY_OLDER', 'the backend gives out an older one than this page has');
  } catch (error) {
    say(kernel, error);
  }
}

async function readStored({ kernel, policy, trusted }: Own): Promise<{ it: Delivered; lang: string } | undefined> {
  const text = kernel._box._read(KEY);
  if (text === undefined) return undefined;
  const end = text.indexOf('\n');
  const it = await open(text.slice(end + 1), kernel.data.site, trusted);
  if (order(it, policy) > 0) return { it, lang: text.slice(0, end) };
  // The site has been deployed again.
  remove(kernel, KEY);
  return undefined;
}

/** Where it was asked for in another language than the page's, the words are fetched; without them the page speaks the other one. */
function newer(own: Own, it: Delivered, lang: string | undefined): Newer {
  const fetched = async () => {
    const text = await ask(own);
    const other = text === undefined ? undefined : await open(text, it.site, own.trusted);
    return other && order(other, it) === 0 ? other.texts : it.texts;
  };
  let words: Promise<TextBundle> | undefined;
  return { policy: it.policy, texts: () => (words ??= lang === own.languages[0] ? Promise.resolve(it.texts) : fetched().catch(() => it.texts)) };
}

/** The text of an envelope. Nothing when nobody answers: a later page asks again. */
async function ask({ policy: { site, settings }, languages }: Own): Promise<string | undefined> {
  for (const lang of new Set(languages)) {
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

const NOT_STORED = refused('DELIVERY_NOT_STORED', 'storage is full or forbidden: this page has it, the next one asks again');

/** False, for whoever has nothing else to say. */
function say(kernel: Kernel, error: unknown): false {
  const { code = 'DELIVERY_FAILED', hint = String(error) } = Object(error) as { code?: string; hint?: string };
  logOnce(kernel, code, `newer policies: ${hint}`);
  return false;
}
