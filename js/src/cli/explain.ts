/** `consentkit explain`: why every item is on or off for one person at one moment. */
import { readFile } from 'node:fs/promises';
import type { Context, StoredRecord } from '../types.gen.js';
import { json, moment, readArgs } from './args.js';
import { readPolicy } from './check.js';
import { tools } from './engine.js';
import type { Told } from './engine.js';
import { Refused } from './refused.js';

const OPTIONS = {
  region: { type: 'string', default: '' },
  residence: { type: 'string', default: '' },
  signals: { type: 'string', default: '' },
  age: { type: 'string', default: '' },
  account: { type: 'string', default: '' },
  at: { type: 'string' },
  records: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** What the engine listens to. */
const SIGNALS = ['gpc', 'att_denied'];

export async function explain(args: string[]): Promise<void> {
  const { values, positionals } = readArgs(args, OPTIONS);
  const [file] = positionals;
  if (!file) throw new Refused('name the policy: consentkit explain POLICY --region FR');
  const context: Context = {
    region: place('region', values.region),
    residence: place('residence', values.residence),
    signals: signals(values.signals),
    age: band(values.age),
    account: values.account,
  };
  const now = moment(values.at);
  const policy = await readPolicy(file);
  const records = values.records === undefined ? [] : await readRecords(values.records);
  const told = ask(policy, { context, now, records }, { file, records: values.records });
  console.log(values.json ? json(told) : told.text.trimEnd());
}

function ask(policy: string, options: { context: Context; now: number; records: StoredRecord[] }, from: { file: string; records: string | undefined }): Told {
  try {
    return tools.explain(policy, options);
  } catch (error) {
    // The mistake may be in either file.
    const ofRecords = (error as { path?: string }).path?.startsWith('records[');
    throw Refused.from(error, (ofRecords && from.records) || from.file);
  }
}

/** A misspelt place would be read as an unknown one, and the strictest rules explained for it. */
function place(name: string, code: string): string {
  if (code && !/^[A-Za-z]{2}([-_][A-Za-z0-9]{1,3})?$/.test(code)) throw new Refused(`--${name} ${code}: write an ISO 3166 code such as FR or US-CA`);
  return code;
}

/** An unknown signal says nothing, so a misspelt one would be explained away. */
function signals(list: string): string[] {
  const found = list.split(',').filter(Boolean);
  const unknown = found.find((name) => !SIGNALS.includes(name));
  if (unknown) throw new Refused(`--signals ${unknown}: there are ${SIGNALS.join(' and ')}`);
  return found;
}

/** A band that cannot be read would be taken for a child's. */
function band(age: string): string {
  const [, least, most] = /^(\d{0,2})-(\d{0,2})(?:~|$)/.exec(age) ?? [];
  if (age && (!(least || most) || Number(least) > Number(most || least))) throw new Refused(`--age ${age}: write a band such as 13-15 or 18-`);
  return age;
}

/** The records of one person, as a device or a backend keeps them: a list of `{ id, bytes }`, or an object with such a list. */
async function readRecords(file: string): Promise<StoredRecord[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${file}: cannot be read (${error.code}); name a JSON file with records`);
  });
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw new Refused(`${file}: ${(error as Error).message}`);
  }
  const list = Array.isArray(found) ? found : (found as { records?: unknown } | null)?.records;
  const isRecord = (it: Partial<StoredRecord> | null) => typeof it?.id === 'string' && typeof it.bytes === 'string';
  if (!Array.isArray(list) || !list.every(isRecord)) throw new Refused(`${file}: holds no list of records, each with "id" and "bytes"`);
  return list.map(({ id, bytes }) => ({ id, bytes, acked: false }));
}
