/** `consentkit simulate`: what first visitors meet under every law, as a table. */
import { json, moment, readArgs } from './args.js';
import { readPolicy } from './check.js';
import { tools } from './engine.js';
import { Refused } from './refused.js';

export async function simulate(args: string[]): Promise<void> {
  const { values, positionals } = readArgs(args, { format: { type: 'string', default: 'md' }, at: { type: 'string' } });
  const [file] = positionals;
  if (!file) throw new Refused('name the policy: consentkit simulate POLICY');
  const at = moment(values.at);
  process.stdout.write(table(await readPolicy(file), at, values.format, file));
}

function table(policy: string, at: number, format: string, file: string): string {
  if (format === 'json') return json(Refused.blaming(file, () => tools.simulate(policy, at, format))) + '\n';
  if (format === 'csv' || format === 'md') return Refused.blaming(file, () => tools.simulate(policy, at, format));
  throw new Refused(`--format ${format}: there are csv, json and md`);
}
