/** A record and its stamp, out of CBOR. */
import { decodeFirst } from 'cborg';
import { fromBase64url } from './bytes.js';
import { Wrong } from './wrong.js';

export interface Item {
  key: string;
  fingerprint: Uint8Array;
}

export interface Fields {
  kind: string;
  parents: Uint8Array[];
  subject: string;
  account: string;
  at: string;
  region: string;
  signals: string[];
  age: string;
  actor: string;
  control: string;
  wishes: { id: string; value: number }[];
  checkpoint: string;
  body: string;
  policy: { site: string; version: number; rules: string; software: string; items: Item[] };
  laws: string[];
  validity: string;
  /** Nothing was shown, or its hash, language and level. */
  notice: { hash: Uint8Array; language: string; level: string } | undefined;
  /** The notice's hash as the stamp has it. */
  noticeText: string;
  answers: { item: Item; letter: string }[];
}

const FIELDS = 17;
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const ANSWERING = ['choice', 'signal', 'import'];

export function readRecord(bytes: Uint8Array): Fields {
  const list = array(cbor(bytes), FIELDS);
  const [format, kind, salt, parents, subject, account, at, stampText, region, signals, age, actor, control, answers, wishes, checkpoint, body] = list;
  if (format !== 1) throw new Wrong('the record has another format');
  sized(salt, 32);
  const moment = whole(at);
  if (moment > LAST_MOMENT) throw new Wrong('the moment is past the year 9999');
  const [policy = '', place = '', shown = ''] = text(stampText).split('.');
  const [laws = '', validity = ''] = place.split(':');
  const [noticeText = '', language = '', level = ''] = shown.split(':');
  const stamp = readStamp(policy);
  const hash = hashIn(noticeText);
  return {
    kind: text(kind),
    parents: array(parents, 0).map((it) => sized(it, 32)),
    subject: text(subject),
    account: text(account),
    at: new Date(moment).toISOString(),
    region: text(region),
    signals: array(signals, 0).map(text),
    age: text(age),
    actor: text(actor),
    control: text(control),
    wishes: array(wishes, 0).map((it) => ({ id: text(array(it, 2)[0]), value: whole(array(it, 2)[1]) })),
    checkpoint: text(checkpoint),
    body: text(body),
    policy: stamp,
    laws: laws.split('+').filter((law) => law !== ''),
    validity,
    notice: hash && { hash, language, level },
    noticeText,
    answers: ANSWERING.includes(text(kind)) ? answered(stamp.items, text(answers)) : [],
  };
}

function answered(items: Item[], letters: string): Fields['answers'] {
  return [...letters].flatMap((letter, index) => {
    const item = items[index];
    return item && 'grwl'.includes(letter) ? [{ item, letter }] : [];
  });
}

function readStamp(part: string): Fields['policy'] {
  const [site, version, rules, software, items] = array(cbor(fromBase64url(part)), 5);
  const item = (it: unknown) => ({ key: text(array(it, 2)[0]), fingerprint: sized(array(it, 2)[1], 24) });
  return { site: text(site), version: whole(version), rules: text(rules), software: text(software), items: array(items, 0).map(item) };
}

function hashIn(part: string): Uint8Array | undefined {
  try {
    const bytes = fromBase64url(part);
    return bytes.length === 32 ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function cbor(bytes: Uint8Array): unknown {
  try {
    return decodeFirst(bytes, { strict: true, allowIndefinite: false })[0];
  } catch (error) {
    throw new Wrong((error as Error).message);
  }
}

function array(value: unknown, least: number): unknown[] {
  if (!Array.isArray(value) || value.length < least) throw new Wrong(`an array of ${least} is needed`);
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Wrong('a text is needed');
  return value;
}

function whole(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw new Wrong('a whole number is needed');
  return value;
}

function sized(value: unknown, length: number): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== length) throw new Wrong(`${length} bytes are needed`);
  return value;
}
