/**
 * What `npx consentkit build --key` signs: a newer policy, its plan and its words in one language.
 *
 *     { "payload": "<the exact text that is signed>", "signature": "<base64url>", "key": "<the public key>" }
 *
 * Nothing in a payload is looked at before its signature has been checked against a key that this page was built with.
 */
import type { Built, Policy, TextBundle } from '../types.gen.js';
import { decode } from './base64.js';
import { fits } from './stored.js';

/** The form of payloads. One of another form is for other software. */
export const FORMAT = 1;

/** The largest envelope. The example shop's has 20 KB; what is longer would not find room in storage beside the records. */
export const MOST_BYTES = 512 * 1024;

/** The `policy.json` of a build. `issued` is there where keys are pinned. */
export type BuiltPolicy = Policy & Pick<Built, 'plan'> & { issued?: number };

/** Whether a page asks for newer policies. An owner's own JSON may leave settings out. */
export const pins = ({ settings }: Policy): boolean => !!(settings?.endpoint && settings.keys?.length);

/** A payload. */
export interface Delivered {
  format: number;
  site: string;
  version: number;
  /** When it was signed, in milliseconds since 1970 by the owner's clock. It orders builds of one version. */
  issued: number;
  /** What snapshots of this policy are matched by (core: `Plan::meaning`). */
  meaning: string;
  policy: BuiltPolicy;
  texts: TextBundle;
}

export interface Envelope {
  payload: string;
  signature: string;
  key: string;
}

/** The pinned keys, ready to check signatures. */
export type Trusted = Map<string, CryptoKey>;

/** Throws where the browser has no Ed25519, or no WebCrypto at all because the page came over http. */
export async function trust(keys: string[]): Promise<Trusted> {
  try {
    return new Map(await Promise.all(keys.map(async (key) => [key, await crypto.subtle.importKey('raw', decode(key), 'Ed25519', false, ['verify'])] as const)));
  } catch {
    throw refused('DELIVERY_UNVERIFIABLE', 'signatures cannot be checked here: WebCrypto with Ed25519 is missing, or the page did not come over https');
  }
}

/** The payload of an envelope, or an error with a code. */
export async function open(text: string, site: string, trusted: Trusted): Promise<Delivered> {
  const envelope = read(text, ENVELOPE);
  const key = trusted.get(envelope.key);
  if (!key) throw refused('DELIVERY_KEY_UNKNOWN', 'it is signed with a key that this page was not built with; sign it with one that is pinned');
  const signed = new TextEncoder().encode(envelope.payload);
  if (!(await isSigned(key, envelope.signature, signed))) throw refused('DELIVERY_FORGED', 'its signature does not belong to its payload');
  // The bytes that were signed, and no other reading of them.
  const payload = new TextDecoder().decode(signed);
  if (read(payload, { format: 0 }).format !== FORMAT) throw refused('DELIVERY_FORMAT', 'it has a form that this page does not know; sign it with the version of the software that built the page');
  const found = read(payload, PAYLOAD);
  if (found.site !== site || found.policy.site !== site) throw refused('DELIVERY_FOREIGN_SITE', `it is for ${found.site}, this page is of ${site}`);
  return found;
}

/** Which of two is the newer: above 0 when the first is. Where one of them does not say when it was issued, the version alone tells. */
export const order = (a: Edition, b: Edition): number => a.version - b.version || (a.issued && b.issued ? a.issued - b.issued : 0);

export type Edition = Pick<BuiltPolicy, 'version' | 'issued'>;

/** In the form of the engine's own errors. */
export const refused = (code: string, hint: string): { code: string; hint: string } => ({ code, hint });

function read<T>(text: string, shape: T): T {
  try {
    const found: unknown = JSON.parse(text);
    if (fits(found, shape)) return found;
  } catch {
    // Said below.
  }
  throw refused('DELIVERY_UNREADABLE', 'it is truncated, or no file of a build');
}

async function isSigned(key: CryptoKey, signature: string, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    return await crypto.subtle.verify('Ed25519', key, decode(signature), signed);
  } catch {
    // No base64url.
    return false;
  }
}

const ENVELOPE: Envelope = { payload: '', signature: '', key: '' };

// Only the fields that are read before the engine and the interface read theirs.
const PAYLOAD = {
  format: 0,
  site: '',
  version: 0,
  issued: 0,
  meaning: '',
  policy: { site: '', plan: '' },
  texts: { lang: '', notice: '', texts: {} },
} as Partial<Delivered> as Delivered;
