import { readFile } from 'node:fs/promises';
import { readArgs } from './args.js';
import { tools } from './engine.js';
import { Refused } from './refused.js';

/** Reads a policy and names its first mistake. */
export async function check(args: string[]): Promise<void> {
  const [file] = readArgs(args, {}).positionals;
  if (!file) throw new Refused('name the policy: consentkit check POLICY');
  const policy = await readPolicy(file);
  try {
    tools.check(policy);
  } catch (error) {
    throw Refused.from(error, file);
  }
  console.log(`${file} is a valid policy`);
}

export async function readPolicy(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${file}: cannot be read (${error.code}); name the policy's JSON file`);
  });
}
