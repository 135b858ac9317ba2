/** `consentkit keys`: a pair of keys, one to sign newer policies, one for pages to check them. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { readArgs } from './args.js';
import { Refused } from './refused.js';
import { publicText } from './signer.js';

/** For its owner's eyes only. */
const MODE = 0o600;

export async function keys(args: string[]): Promise<void> {
  const { out } = readArgs(args, { out: { type: 'string', short: 'o', default: 'consentkit.key' } }, 0).values;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await writeFile(out, privateKey.export({ type: 'pkcs8', format: 'pem' }), { flag: 'wx', mode: MODE }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new Refused(`${out}: is there already, and pages may trust it; name another file with -o`);
    throw new Refused(`${out}: cannot be written (${error.code}); name a file with -o`);
  });
  console.log(`private key: ${out}; keep it out of version control and away from what the site serves`);
  console.log(`public key: ${publicText(publicKey)}`);
}
