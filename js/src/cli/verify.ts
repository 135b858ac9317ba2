/** `consentkit verify`: whether a receipt holds, step by step, without asking anybody. */
import { readFile } from 'node:fs/promises';
import { json, readArgs } from './args.js';
import { tools } from './engine.js';
import type { Found, Report } from './engine.js';
import { Refused } from './refused.js';

const OPTIONS = {
  key: { type: 'string' },
  notice: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** Whether a program may rely on it. 2 is for files that cannot be read. */
const EXIT: Record<Found, number> = { pass: 0, fail: 1, open: 3 };

const SUM: Record<Found, string> = {
  pass: 'This receipt holds: the log that you trust has this answer.',
  fail: 'Do not rely on this receipt.',
  open: 'Nothing is wrong with this receipt, but not all of it could be checked.',
};

export async function verify(args: string[]): Promise<void> {
  try {
    const { values, positionals } = readArgs(args, OPTIONS);
    const [file] = positionals;
    if (!file) throw new Refused('name the receipt: consentkit verify RECEIPT --key KEY');
    const report = tools.verify(await text(file), await key(values.key), values.notice && (await text(values.notice)), false);
    console.log(values.json ? json(report) : told(report));
    process.exitCode = EXIT[report.verdict];
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}

/** Keys have a `+`; names of files seldom do. */
async function key(given: string | undefined): Promise<string | undefined> {
  return given === undefined || given.includes('+') ? given : (await text(given)).trim();
}

async function text(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${file}: cannot be read (${error.code})`);
  });
}

function told({ verdict, id, steps }: Report): string {
  const lines = steps.map(({ step, status, found }) => `${status.padEnd(4)}  ${step.padEnd(9)}  ${found}`);
  return [...(id ? [`record ${id}`, ''] : []), ...lines, '', SUM[verdict]].join('\n');
}
