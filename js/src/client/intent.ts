import type { Kernel } from '../boot/kernel.js';
import { readSnapshot } from '../boot/snapshot.js';
import type { Intent } from '../types.gen.js';
import { encode } from './base64.js';
import { keys, write } from './store.js';

/** What is answered, by which control, and under what. */
export type Act = Pick<Intent, 'control' | 'answers' | 'stamp'> & Partial<Intent>;

/** An intent, and whether it lies in localStorage. */
export interface Written {
  intent: Intent;
  saved: boolean;
}

/**
 * Writes an intent, now: the person may close the page with the same click. The engine makes a record
 * of it on this or a later page.
 */
export function writeIntent(kernel: Kernel, act: Act): Written {
  const { _box: box, context: { region, signals, age, account } } = kernel;
  const subject = box._read('u') || newSubject(kernel);
  const intent: Intent = {
    nonce: random(32),
    kind: 'choice',
    actor: 'subject',
    subject,
    at: Date.now(),
    // Read inside the click: another tab may have answered since this page was loaded.
    // Where nothing can be kept, this page alone knows what it has answered.
    heads: [...(readSnapshot(box)?.heads ?? kernel._heads ?? []), ...keys(kernel, 'w:i:').map((nonce) => '~' + nonce)],
    wishes: [],
    checkpoint: '',
    body: '',
    region,
    signals,
    age,
    account,
    ...act,
  };
  return { intent, saved: write(kernel, 'w:i:' + intent.nonce, JSON.stringify(intent)) };
}

/** A pseudonymous id for whoever uses this device from now on. */
export function newSubject(kernel: Kernel): string {
  const subject = random(16);
  write(kernel, 'u', subject);
  return subject;
}

const random = (length: number): string => encode(crypto.getRandomValues(new Uint8Array(length)));

/** Whether an answer is kept, follows another that is no record yet, and neither can be read. */
export const isOrphan = (early: Written | undefined, read: Intent[]): boolean =>
  !!early?.saved && early.intent.heads.some((head) => head[0] === '~') && !read.some(({ nonce }) => nonce === early.intent.nonce);
