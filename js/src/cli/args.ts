/** What several commands read from the command line. */
import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { Refused } from './refused.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Config<O> = { args: string[]; allowPositionals: true; options: O };

/** Options, and as many names of files as a command takes at most; anything else is refused with a sentence. */
export function readArgs<O extends Options>(args: string[], options: O, most = 1): ReturnType<typeof parseArgs<Config<O>>> {
  const read = parse(args, options);
  const extra = read.positionals[most];
  if (extra !== undefined) throw new Refused(`${extra}: one name too many (consentkit help)`);
  return read;
}

function parse<O extends Options>(args: string[], options: O): ReturnType<typeof parseArgs<Config<O>>> {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    // Behind the first sentence Node tells how to name files that begin with a hyphen.
    throw new Refused(`${(error as Error).message.split('. ')[0]} (consentkit help)`);
  }
}

/** A moment as ISO 8601 writes it, with its distance from UTC; without one it is now. */
export function moment(at: string | undefined): number {
  if (at === undefined) return Date.now();
  const [, day] = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.exec(at) ?? [];
  const read = day && isDay(day) ? Date.parse(at) : NaN;
  if (!(read >= 0)) throw new Refused(`--at ${at}: write a moment such as 2027-01-01T00:00:00Z`);
  return read;
}

/** JavaScript takes 30 February for a day in March. */
function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00Z`);
  return Number.isFinite(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** For programs: all of a result. */
export const json = (value: unknown): string => JSON.stringify(value, null, 2);
