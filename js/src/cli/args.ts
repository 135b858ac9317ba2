/** What several commands read from the command line. */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { Refused } from './refused.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Config<O> = { args: string[]; allowPositionals: true; options: O };

/** Names of files and options; an unknown option is refused with a sentence. */
export function readArgs<O extends Options>(args: string[], options: O): ReturnType<typeof parseArgs<Config<O>>> {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new Refused(`${(error as Error).message} (consentkit help)`);
  }
}

/** A moment as ISO 8601 writes it, with its distance from UTC; without one it is now. */
export function moment(at: string | undefined): number {
  if (at === undefined) return Date.now();
  const read = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(at) ? Date.parse(at) : NaN;
  if (!(read >= 0)) throw new Refused(`--at ${at}: write a moment such as 2027-01-01T00:00:00Z`);
  return read;
}

/** For programs: all of a result. */
export const json = (value: unknown): string => JSON.stringify(value, null, 2);
