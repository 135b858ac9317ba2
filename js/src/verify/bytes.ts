/** Bytes and their texts. What has more than one form is refused. */
import { sha256 } from '@noble/hashes/sha2.js';
import { Wrong } from './wrong.js';

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = STANDARD.replace('+/', '-_');

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export const bytesOf = (text: string): Uint8Array => encoder.encode(text);
export const hash = (bytes: Uint8Array): Uint8Array => sha256(bytes);
export const hashOf = (text: string): Uint8Array => sha256(bytesOf(text));

export function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Wrong('UTF-8 is needed');
  }
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
export const urn = (bytes: Uint8Array): string => `urn:sha256:${hex(bytes)}`;

export const base64 = (bytes: Uint8Array): string => {
  const text = encoded(bytes, STANDARD);
  return text + '='.repeat(-text.length & 3);
};
export const base64url = (bytes: Uint8Array): string => encoded(bytes, URL_SAFE);

/** With padding, as RFC 4648 has it in section 4. */
export const fromBase64 = (text: string): Uint8Array => only(text, decoded(text.replace(/={0,2}$/, ''), STANDARD), base64);
/** Without, as in section 5. */
export const fromBase64url = (text: string): Uint8Array => only(text, decoded(text, URL_SAFE), base64url);

function only(text: string, bytes: Uint8Array, back: (bytes: Uint8Array) => string): Uint8Array {
  if (back(bytes) !== text) throw new Wrong('base64 has one form only');
  return bytes;
}

function encoded(bytes: Uint8Array, letters: string): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    for (held += 8; held >= 6; held -= 6) text += letters[(bits >> (held - 6)) & 63];
  }
  return held ? text + letters[(bits << (6 - held)) & 63] : text;
}

function decoded(text: string, letters: string): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    const value = letters.indexOf(letter);
    if (value < 0) throw new Wrong(`base64 has no ${JSON.stringify(letter)}`);
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held >= 8) bytes.push((bits >> (held -= 8)) & 255);
  }
  return Uint8Array.from(bytes);
}

/** In the order of the bytes of UTF-8, which is that of the characters' numbers and not JavaScript's own. */
export function byBytes(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  const at = x.findIndex((letter, index) => letter !== y[index]);
  if (at < 0) return x.length - y.length;
  return at < y.length ? (x[at] as string).codePointAt(0)! - (y[at] as string).codePointAt(0)! : 1;
}
