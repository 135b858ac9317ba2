/** `consentkit lint`: what lawyers and regulators would find wrong in a valid policy. */
import { json, readArgs } from './args.js';
import { readPolicy } from './check.js';
import { tools } from './engine.js';
import type { Lint } from './engine.js';
import { Refused } from './refused.js';

export async function lint(args: string[]): Promise<void> {
  const { values, positionals } = readArgs(args, { json: { type: 'boolean', default: false } });
  const [file] = positionals;
  if (!file) throw new Refused('name the policy: consentkit lint POLICY');
  const policy = await readPolicy(file);
  const found = Refused.blaming(file, () => tools.lint(policy));
  const errors = found.filter(({ severity }) => severity === 'error').length;
  if (values.json) console.log(json(found));
  else {
    for (const it of found) console.log(words(it));
    console.log(`${file}: ${counted(errors, 'error')}, ${counted(found.length - errors, 'other finding')}`);
  }
  if (errors) process.exitCode = 1;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const words = ({ rule, severity, path, finding, remedy, citation }: Lint): string =>
  `${severity} ${rule}\n  ${path}: ${finding}\n  ${remedy}\n  ${citation}\n`;
