/** What `consentkit build` does for pages that are already deployed: pins keys, and signs an envelope for each language. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { FORMAT, MOST_BYTES, pins, type BuiltPolicy, type Delivered, type Envelope } from '../client/envelope.js';
import type { Built } from '../types.gen.js';
import { forBoot } from './languages.js';
import { Refused } from './refused.js';
import { publicKey, readSigner, type Signer } from './signer.js';

/** The folder in a build with what the backend gives out. */
const FOLDER = 'delivery';

/** Who signs, and whose signatures the pages of this build trust besides. */
export interface Keys {
  signer: Signer | undefined;
  pinned: string[];
}

export async function readKeys({ key, pin, out }: { key?: string | undefined; pin: string[]; out: string }): Promise<Keys> {
  if (key !== undefined && isInside(key, out)) throw new Refused(`${key}: lies in the folder that the site serves; keep the private key elsewhere`);
  return { signer: await readSigner(key), pinned: pin.map(publicKey) };
}

/** What is published of a build: its `policy.json`, and the envelopes by language. */
export interface Published {
  policy: BuiltPolicy;
  envelopes: [string, string][] | undefined;
}

export function publish(built: Built, issued: number, { signer, pinned }: Keys): Published {
  const keys = [...new Set([...built.policy.settings.keys, ...pinned, ...(signer ? [signer.key] : [])])];
  const { settings } = built.policy;
  // A build without keys depends on its day alone, and not on its moment.
  const policy: BuiltPolicy = { ...built.policy, settings: { ...settings, keys }, plan: built.plan, ...(keys.length && { issued }) };
  return { policy, envelopes: signer && envelopes(built, policy, issued, signer) };
}

/** By language; also under the further names by which pages ask. */
function envelopes(built: Built, policy: BuiltPolicy, issued: number, { key, sign }: Signer): [string, string][] {
  const { site, version } = policy;
  const signed = (language: string): string => {
    const delivered: Delivered = { format: FORMAT, site, version, issued, meaning: built.boot.meaning, policy, texts: built.texts[language]! };
    const payload = JSON.stringify(delivered);
    const envelope: Envelope = { payload, signature: sign(payload), key };
    const text = JSON.stringify(envelope);
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST_BYTES) throw new Refused(`the policy in "${language}" has ${bytes} bytes signed, pages take ${MOST_BYTES}; shorten its texts`);
    return text;
  };
  const names = Object.keys(built.texts).map((language) => [language, language]);
  return [...names, ...Object.entries(forBoot(built.boot.langs).also)].map(([name, language]) => [name!, signed(language!)]);
}

export async function writeEnvelopes(out: string, { envelopes }: Published): Promise<void> {
  if (!envelopes) return;
  const folder = join(out, FOLDER);
  await mkdir(folder, { recursive: true });
  // A language that is gone would go on saying what an earlier build said.
  const files = envelopes.map(([name]) => `${name}.json`);
  for (const name of await readdir(folder)) if (!files.includes(name) && (await isEnvelope(join(folder, name)))) await rm(join(folder, name));
  for (const [name, text] of envelopes) await writeFile(join(folder, `${name}.json`), text);
}

export function tellOfKeys(out: string, { policy, envelopes }: Published): void {
  const { keys } = policy.settings;
  if (keys.length) console.log(`pages take over a newer policy that one of these keys has signed: ${keys.join(', ')}`);
  if (keys.length && !pins(policy)) console.warn('warning: settings.endpoint is empty, so no page asks for a newer policy: name the backend that has it');
  if (envelopes) console.log(`for pages that are already deployed: ${join(out, FOLDER)}, for the backend's --delivery`);
}

function isInside(file: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(file));
  return !way.startsWith('..') && !isAbsolute(way);
}

/** What is not ours stays. */
async function isEnvelope(file: string): Promise<boolean> {
  const found: unknown = await readFile(file, 'utf8').then(JSON.parse).catch(() => undefined);
  return ['payload', 'signature', 'key'].every((name) => Object.hasOwn(Object(found), name));
}
