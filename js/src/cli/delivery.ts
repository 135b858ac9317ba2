/** What `consentkit build --key` writes for pages that are already deployed: for each language a signed envelope. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMAT, MOST_BYTES, type BuiltPolicy, type Delivered, type Envelope } from '../client/envelope.js';
import type { Built } from '../types.gen.js';
import { forBoot } from './languages.js';
import { Refused } from './refused.js';
import type { Signer } from './signer.js';

/** By language; those that pages call by another name, too. */
export function envelopes(built: Built, policy: BuiltPolicy, issued: number, { key, sign }: Signer): [string, string][] {
  const all = Object.entries(built.texts).map(([language, texts]): [string, string] => {
    const { site, version } = policy;
    const delivered: Delivered = { format: FORMAT, site, version, issued, meaning: built.boot.meaning, policy, texts };
    const payload = JSON.stringify(delivered);
    const envelope: Envelope = { payload, signature: sign(payload), key };
    const text = JSON.stringify(envelope);
    if (Buffer.byteLength(text) > MOST_BYTES) throw new Refused(`the policy in "${language}" has ${Buffer.byteLength(text)} bytes signed, pages take ${MOST_BYTES}; shorten its texts`);
    return [language, text];
  });
  const { also } = forBoot(built.boot.langs);
  return [...all, ...Object.entries(also).map(([tag, language]): [string, string] => [tag, Object.fromEntries(all)[language]!])];
}

export async function writeEnvelopes(folder: string, all: [string, string][]): Promise<void> {
  await mkdir(folder, { recursive: true });
  // A language that is gone would go on saying what an earlier build said.
  const files = all.map(([language]) => `${language}.json`);
  for (const name of await readdir(folder)) if (!files.includes(name) && (await isEnvelope(join(folder, name)))) await rm(join(folder, name));
  for (const [language, text] of all) await writeFile(join(folder, `${language}.json`), text);
}

/** What is not ours stays. */
async function isEnvelope(file: string): Promise<boolean> {
  const found: unknown = await readFile(file, 'utf8').then(JSON.parse).catch(() => undefined);
  return ['payload', 'signature', 'key'].every((name) => Object.hasOwn(Object(found), name));
}
