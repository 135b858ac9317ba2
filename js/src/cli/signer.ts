/** The private key with which `consentkit build` signs: from a file, or from the environment. It is never printed. */
import { createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Refused } from './refused.js';

/** For machines that have no place for a file. */
const VARIABLE = 'CONSENTKIT_KEY';

export interface Signer {
  /** The public key, as pages pin it. */
  key: string;
  /** The signature of a text's UTF-8, in base64url. */
  sign(text: string): string;
}

export async function readSigner(file: string | undefined): Promise<Signer | undefined> {
  const pem = file === undefined ? process.env[VARIABLE] : await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${file}: cannot be read (${error.code}); name the private key that \`consentkit keys\` has written`);
  });
  if (!pem) return undefined;
  const key = privateKey(pem, file ?? VARIABLE);
  return { key: publicText(createPublicKey(key)), sign: (text) => sign(null, Buffer.from(text), key).toString('base64url') };
}

function privateKey(pem: string, from: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Node's words could quote the key.
  }
  throw new Refused(`${from}: holds no Ed25519 private key in PEM without a password; make one with \`consentkit keys\``);
}

/** 32 bytes in base64url. */
export const publicText = (key: KeyObject): string => key.export({ format: 'jwk' }).x!;

/** A public key as it is written in a policy, or on the command line. */
export function publicKey(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== text) throw new Refused(`--pin ${text}: write a public key as \`consentkit keys\` prints it`);
  return text;
}
