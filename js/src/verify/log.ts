/** The log: leaves, paths, checkpoints and their signatures. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { base64, bytesOf, fromBase64, hash, hex, joined, same } from './bytes.js';
import { Wrong } from './wrong.js';

export interface Key {
  origin: string;
  /** Eight hexadecimal digits. */
  id: string;
  key: Uint8Array;
}

export interface Checkpoint {
  origin: string;
  size: number;
  root: Uint8Array;
  /** What is signed. */
  text: string;
  signatures: { name: string; id: string; signature: Uint8Array }[];
}

export interface Proof {
  index: number;
  path: Uint8Array[];
  checkpoint: Checkpoint;
}

const MOST = 2 ** 53;
const ORIGIN = /^(?!.*\+)[!-~]{1,200}$/;
const ED25519 = 1;

export function readKey(line: string): Key {
  // Neither origin nor id has a `+`; base64 may.
  const [origin = '', id = '', ...rest] = line.split('+');
  const bytes = fromBase64(rest.join('+'));
  const expected = hex(hash(joined(bytesOf(`${origin}\n`), bytes)).slice(0, 4));
  if (!ORIGIN.test(origin) || bytes[0] !== ED25519 || bytes.length !== 33 || id !== expected) throw new Wrong('it is no public key of a log');
  return { origin, id, key: bytes.slice(1) };
}

export function readCheckpoint(note: string): Checkpoint {
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Wrong('a control character is in the checkpoint');
  const at = note.lastIndexOf('\n\n');
  const text = note.slice(0, at + 1);
  const below = note.slice(at + 2);
  if (at < 0 || !below.endsWith('\n')) throw new Wrong('the checkpoint has no signatures');
  const [origin = '', size = '', root = '', ...more] = text.slice(0, -1).split('\n');
  if (!ORIGIN.test(origin) || more.includes('')) throw new Wrong('the checkpoint has no origin, size and root');
  const signatures = below.slice(0, -1).split('\n').map(readSignature);
  if (new Set(signatures.map(({ name, id }) => `${name} ${id}`)).size !== signatures.length) throw new Wrong('a key signs the checkpoint twice');
  return { origin, size: decimal(size, MOST), root: sized(fromBase64(root)), text, signatures };
}

function readSignature(line: string): Checkpoint['signatures'][number] {
  const [, name, text] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? [];
  if (name === undefined || text === undefined) throw new Wrong('a line of signature is none');
  const bytes = fromBase64(text);
  if (bytes.length < 5) throw new Wrong('a signature is too short');
  return { name, id: hex(bytes.slice(0, 4)), signature: bytes.slice(4) };
}

export function checkSignature(checkpoint: Checkpoint, key: Key): void {
  const found = checkpoint.signatures.find(({ name, id }) => name === key.origin && id === key.id);
  if (!found) throw new Wrong('no signature of this key is below the checkpoint');
  if (!isSigned(found.signature, bytesOf(checkpoint.text), key.key)) throw new Wrong('the signature of this key does not fit the checkpoint');
  if (checkpoint.origin !== key.origin) throw new Wrong('the checkpoint is of another log than the key');
}

function isSigned(signature: Uint8Array, text: Uint8Array, key: Uint8Array): boolean {
  try {
    return signature.length === 64 && ed25519.verify(signature, text, key, { zip215: false });
  } catch {
    return false;
  }
}

export function readProof(text: string): Proof {
  const at = text.indexOf('\n\n');
  const [header, index = '', ...path] = text.slice(0, at).split('\n');
  if (at < 0 || header !== 'c2sp.org/tlog-proof@v1' || !index.startsWith('index ')) throw new Wrong('it is no proof in the form c2sp.org/tlog-proof@v1');
  return { index: decimal(index.slice(6), MOST - 1), path: path.map((line) => sized(fromBase64(line))), checkpoint: readCheckpoint(text.slice(at + 2)) };
}

export function leafHash(kind: string, origin: string, id: string): Uint8Array {
  return hash(joined(Uint8Array.of(0), bytesOf(`consentkit-leaf\n1\n${kind}\n${origin}\n${id}\n`)));
}

/** RFC 9162, section 2.1.3.2. Numbers go beyond 32 bits, so they are halved and not shifted. */
export function checkInclusion({ index, path, checkpoint }: Proof, leaf: Uint8Array): void {
  const wrong = new Wrong('the path does not lead from the leaf to the root of the checkpoint');
  if (index >= checkpoint.size) throw wrong;
  let [at, last, root] = [index, checkpoint.size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) throw wrong;
    if (at % 2 === 1 || at === last) {
      root = node(sibling, root);
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
    } else {
      root = node(root, sibling);
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0 || !same(root, checkpoint.root)) throw wrong;
}

const node = (left: Uint8Array, right: Uint8Array): Uint8Array => hash(joined(Uint8Array.of(1), left, right));

function sized(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 32) throw new Wrong(`${base64(bytes)} is no hash`);
  return bytes;
}

function decimal(text: string, most: number): number {
  const value = Number(text);
  if (!/^(0|[1-9]\d{0,15})$/.test(text) || value > most) throw new Wrong(`${text} is no number of a leaf`);
  return value;
}
