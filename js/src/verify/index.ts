/**
 * Checks receipts, from examples/backend/RECEIPT.md alone: nothing in this folder comes from the engine or from the rest of the package, so
 * that a mistake in one verifier is seen by the other. Runs in browsers, also from a file, and in Node.
 */
import { base64url, byBytes, fromBase64url, hash, hashOf, textOf } from './bytes.js';
import { anyJson, equal, isMembers, member, parse } from './json.js';
import type { Members, Plain } from './json.js';
import { checkInclusion, checkSignature, leafHash, readKey, readProof } from './log.js';
import type { Proof } from './log.js';
import { itemsOf, readFacts } from './policy.js';
import type { Facts } from './policy.js';
import { readRecord } from './record.js';
import type { Fields } from './record.js';
import { receiptOf } from './statement.js';
import type { Notice } from './statement.js';
import { Wrong } from './wrong.js';

export type Found = 'pass' | 'fail' | 'open';
export interface Step {
  step: (typeof STEPS)[number];
  status: Found;
  found: string;
}
export interface Report {
  verdict: Found;
  id: string;
  steps: Step[];
}

/** What whoever checks brings along: the log's key, the text of a notice. `brief` stops at the first step that fails. */
export interface Trust {
  key?: string | undefined;
  notice?: string | undefined;
  brief?: boolean;
}

export const STEPS = ['receipt', 'hash', 'record', 'statement', 'policy', 'notice', 'leaf', 'inclusion', 'signature', 'key'] as const;

interface Evidence {
  record: Uint8Array;
  policy?: string;
  notice?: Notice;
  key?: string;
  proof?: string;
  policyProof?: string;
}

const EVIDENCE = 'ck:evidence';
const NOT_REACHED = 'not checked, because an earlier step failed';
const PENDING = 'not checked: the receipt has no proof yet; ask the site for a new copy of it later';

export function verify(receipt: string, trust: Trust = {}): Report {
  const steps: Step[] = [];
  let id = '';
  for (const { id: named, ...step } of run(receipt, trust)) {
    steps.push(step);
    id = named ?? id;
    if (trust.brief && step.status === 'fail') return { verdict: 'fail', id, steps };
  }
  for (const step of STEPS.slice(steps.length)) steps.push({ step, status: 'open', found: NOT_REACHED });
  const has = (status: Found) => steps.some((step) => step.status === status);
  return { verdict: has('fail') ? 'fail' : has('open') ? 'open' : 'pass', id, steps };
}

type Noted = Step & { id?: string };
type Run<T> = Generator<Noted, T, void>;

/** A step that others need: without a value of it there are none. */
function* needed<T>(step: Step['step'], work: () => T, found: string): Run<{ value: T } | undefined> {
  try {
    const value = work();
    yield { step, status: 'pass', found };
    return { value };
  } catch (error) {
    yield failed(step, error);
    return undefined;
  }
}

/** A step that stands alone; `work` gives what was found. */
function noted(step: Step['step'], work: () => string): Noted {
  try {
    return { step, status: 'pass', found: work() };
  } catch (error) {
    return failed(step, error);
  }
}

function failed(step: Step['step'], error: unknown): Noted {
  if (!(error instanceof Wrong)) throw error;
  return { step, status: 'fail', found: error.message };
}

function* run(text: string, trust: Trust): Run<void> {
  const read = yield* needed('receipt', () => readReceipt(text), 'the text is a receipt');
  if (!read) return;
  const [said, evidence] = read.value;
  const id = hash(evidence.record);
  const named = member(said, 'dct:identifier') === base64url(id);
  const hashed = () => (named ? "the SHA-256 of the record's bytes is its id" : wrong('the bytes of the record have another hash than the id: the record or the id was changed'));
  yield { ...noted('hash', hashed), id: base64url(id) };
  const record = yield* needed('record', () => readRecord(evidence.record), 'the bytes are a record that can be read');
  if (!record) return;
  yield* contents(said, evidence, id, record.value, trust);
  yield* log(evidence, id, trust);
}

function wrong(why: string): never {
  throw new Wrong(why);
}

/** What the receipt says, and what policy and notice have to do with the record. */
function* contents(said: Members, evidence: Evidence, id: Uint8Array, record: Fields, trust: Trust): Run<void> {
  let facts: Facts | undefined;
  const policy =
    evidence.policy !== undefined &&
    noted('policy', () => {
      facts = readFacts(evidence.policy as string);
      fits(facts, record);
      return inLog(evidence);
    });
  yield noted('statement', () => agrees(said, receiptOf({ id, record, policyText: evidence.policy, facts, notice: evidence.notice, logged: evidence.proof !== undefined })));
  yield policy || { step: 'policy', status: 'open', found: 'not checked: the receipt encloses no policy, so it says little of the purposes' };
  const notices = () => [...(trust.notice === undefined ? [] : [readNotice(anyJson(trust.notice) as Plain, false)]), ...(evidence.notice ? [evidence.notice] : [])];
  if (trust.notice === undefined && !evidence.notice && record.noticeText) {
    yield { step: 'notice', status: 'open', found: 'not checked: the words are not in the receipt; name the file that the site publishes' };
  } else {
    yield noted('notice', () => shown(notices(), record.noticeText));
  }
}

function agrees(said: Members, expected: Members): string {
  const name = [...Object.keys(said), ...Object.keys(expected)].find((it) => !equal(member(said, it), member(expected, it)));
  return name === undefined ? 'the receipt says what record, policy and notice say' : wrong(`${name}: the receipt says something else here than its evidence: believe the record's bytes only`);
}

function fits(facts: Facts, { policy }: Fields): void {
  const items = itemsOf(facts).map(({ key, fingerprint }) => `${key}\n${base64url(fingerprint)}`);
  const stamped = policy.items.map(({ key, fingerprint }) => `${key}\n${base64url(fingerprint)}`);
  const same = facts.site === policy.site && facts.version === String(policy.version) && equal(items, stamped);
  if (!same) wrong('the policy has another site, version or fingerprints than the record: the person did not answer under it');
}

function inLog({ policy, policyProof, key }: Evidence): string {
  if (policy === undefined || policyProof === undefined) {
    return "purposes, data, recipients and grounds are those of the record's fingerprints; the log does not hold the policy, so names and addresses are as the site gave them with this receipt";
  }
  const proof = readProof(policyProof);
  checkSignature(proof.checkpoint, readKey(key ?? ''));
  checkInclusion(proof, leafHash('policy', proof.checkpoint.origin, base64url(hashOf(policy))));
  return 'the policy is the one that the person answered under, and the log holds it';
}

function shown(notices: Notice[], expected: string): string {
  if (notices.some((notice) => noticeHash(notice) !== expected)) wrong('the notice has another hash than the record names: these are not the words that were shown');
  return notices.length ? 'the words are those that were shown' : 'nothing was shown, and the receipt has no notice';
}

function noticeHash({ lang, layout, texts }: Notice): string {
  const lines = [`language=${lang}`, `layout=${layout}`, ...Object.keys(texts).sort(byBytes).map((key) => `${key}=${texts[key]}`)];
  return base64url(hashOf(lines.map((line) => `${line}\n`).join('')));
}

function* log({ proof: text, key }: Evidence, id: Uint8Array, trust: Trust): Run<void> {
  if (text === undefined) {
    for (const step of ['leaf', 'inclusion', 'signature', 'key'] as const) yield { step, status: 'open', found: PENDING };
    return;
  }
  const proof = yield* needed<Proof>('leaf', () => readProof(text), 'the proof is for the leaf that this record has in this log');
  if (!proof) return;
  const { checkpoint } = proof.value;
  yield noted('inclusion', () => {
    checkInclusion(proof.value, leafHash('record', checkpoint.origin, base64url(id)));
    return 'the leaf is in the tree of the checkpoint';
  });
  yield noted('signature', () => {
    checkSignature(checkpoint, readKey(key ?? wrong('the receipt encloses no key')));
    return 'the checkpoint is signed by the key in the receipt';
  });
  const trusted = trust.key?.trim();
  if (trusted === undefined) {
    yield { step: 'key', status: 'open', found: 'not checked: name the key that the site publishes; anybody can sign with a key of their own' };
  } else {
    yield noted('key', () => (trusted === key ? 'the key is the one that you trust' : wrong("the key in the receipt is not the one that you trust: somebody else's log is shown")));
  }
}

function readReceipt(text: string): [Members, Evidence] {
  const receipt = parse(text);
  if (!isMembers(receipt)) throw new Wrong('a receipt is a JSON object');
  const { [EVIDENCE]: evidence, ...said } = receipt;
  if (!isMembers(evidence)) throw new Wrong('there is no evidence');
  return [said, readEvidence(evidence)];
}

function readEvidence(of: Members): Evidence {
  const { format, record, policy, notice, key, proof, policyProof, ...others } = of;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Wrong(`evidence has no member ${unknown}`);
  if (format !== '1') throw new Wrong('the receipt has a newer form: use a newer verifier');
  const optional = <N extends string>(name: N, value: Plain | undefined) => (value === undefined ? {} : { [name]: asText(value) }) as { [K in N]?: string };
  return {
    record: fromBase64url(asText(record)),
    ...(policy !== undefined && { policy: textOf(fromBase64url(asText(policy))) }),
    ...(notice !== undefined && { notice: readNotice(notice, true) }),
    ...optional('key', key),
    ...optional('proof', proof),
    ...optional('policyProof', policyProof),
  };
}

/** In a receipt a notice has no other members; a file of a later version may. */
function readNotice(value: Plain, exactly: boolean): Notice {
  if (!isMembers(value) || (exactly && Object.keys(value).length !== 3)) throw new Wrong('a notice has lang, layout and texts');
  const texts = member(value, 'texts');
  if (!isMembers(texts)) throw new Wrong('a notice has texts');
  for (const text of Object.values(texts)) asText(text);
  return { lang: asText(member(value, 'lang')), layout: asText(member(value, 'layout')), texts: texts as Record<string, string> };
}

function asText(value: Plain | undefined): string {
  if (typeof value !== 'string') throw new Wrong('a text is needed');
  return value;
}
