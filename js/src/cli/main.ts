/** `npx consentkit <command>`: the tools for owners. They run the engine's own code, in Node. */
import { build } from './build.js';
import { check } from './check.js';
import { diff } from './diff.js';
import { explain } from './explain.js';
import { keys } from './keys.js';
import { lint } from './lint.js';
import { recipes } from './recipes.js';
import { Refused } from './refused.js';
import { simulate } from './simulate.js';
import { verify } from './verify.js';

const HELP = `consentkit <command>

  build POLICY [-o DIR] [--base URL]   compile a policy into the files that a site serves;
      [--key FILE] [--pin PUBLIC_KEY]… sign it for pages that are already deployed, and say whose signatures its own pages trust
  keys [-o FILE]                       make a pair of keys to sign with
  check POLICY                         read a policy and name its first mistake
  lint POLICY [--json]                 what lawyers and regulators would find wrong in it; fails on errors
  explain POLICY --region CODE         why every item is on or off for one person at one moment:
      [--residence CODE] [--signals gpc,att_denied] [--age 13-15] [--account ID] [--at MOMENT] [--records FILE] [--json]
  diff OLD NEW [--at MOMENT] [--json]  what a new version changes and who is asked again; exit code 3 for a material change
  simulate POLICY [--format csv|json|md] [--at MOMENT]
                                       what first visitors meet under every law, without and with each signal, at every age
  recipes [NAME] [--json]              vendors that are known: what to write into a policy and a page, what they leave on a device,
                                       and what their code is told about an answer
  verify RECEIPT [--key KEY] [--notice FILE] [--json]
                                       whether a receipt is what was answered, and stands in the site's log; exit code 1 when
                                       a step fails, 2 when a file cannot be read, 3 when a step could not be checked

build writes to DIR (default: consent) and keeps every version of the policy in
consentkit.lock.json beside POLICY: put that file under version control.
--key names the private key that consentkit keys has written (default: consentkit.key); CONSENTKIT_KEY may hold its
content instead.
--base is the address of DIR on the site, for the inline snippet (default: /consent/).
MOMENT is written as 2027-01-01T00:00:00Z (default: now). FILE holds the records of one person,
[{ "id": "…", "bytes": "…" }], as the receiving server gives them out. KEY is the public key of the site's log, or a file that holds it. ID is the site's reference to an account.`;

// A reader such as `head` goes when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const COMMANDS: Record<string, (args: string[]) => Promise<void>> = { build, keys, check, lint, explain, diff, simulate, recipes, verify };

const [command = '', ...args] = process.argv.slice(2);
const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
if (!run) {
  console.log(HELP);
  process.exitCode = ['', 'help', '--help', '-h'].includes(command) ? 0 : 2;
} else {
  await run(args).catch((error: unknown) => {
    if (!(error instanceof Refused)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  });
}
