/** `consentkit diff`: what a new version of a policy changes, and who would be asked again. */
import { json, moment, readArgs } from './args.js';
import { readValid } from './check.js';
import { tools } from './engine.js';
import { Refused } from './refused.js';

/** For scripts that must not publish such a change unseen. */
const MATERIAL = 3;

export async function diff(args: string[]): Promise<void> {
  const { values, positionals } = readArgs(args, { at: { type: 'string' }, json: { type: 'boolean', default: false } }, 2);
  const [old, now] = positionals;
  if (!old || !now) throw new Refused('name two versions of the policy: consentkit diff OLD NEW');
  const at = moment(values.at);
  // Which of the two has a mistake is only known before they meet.
  const [before, after] = [await readValid(old), await readValid(now)];
  const found = Refused.blaming(now, () => tools.diff(before, after, at));
  console.log(values.json ? json(found) : found.text.trimEnd());
  if (found.material) process.exitCode = MATERIAL;
}
