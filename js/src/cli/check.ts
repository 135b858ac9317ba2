import { readFile } from 'node:fs/promises';
import { readArgs } from './args.js';
import { tools } from './engine.js';
import { cook } from './recipes.js';
import { Refused } from './refused.js';

/** Reads a policy and names its first mistake. */
export async function check(args: string[]): Promise<void> {
  const [file] = readArgs(args, {}).positionals;
  if (!file) throw new Refused('name the policy: consentkit check POLICY');
  await readValid(file);
  console.log(`${file} is a valid policy`);
}

/** The text of a policy without mistakes. */
export async function readValid(file: string): Promise<string> {
  const policy = await readPolicy(file);
  Refused.blaming(file, () => tools.check(policy));
  return policy;
}

/** The text of a policy, with what its recipes add. */
export async function readPolicy(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${file}: cannot be read (${error.code}); name the policy's JSON file`);
  });
  return cook(file, text);
}
