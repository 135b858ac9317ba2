/** `npx consentkit <command>`: the tools for owners. They run the engine's own code, in Node. */
import { build } from './build.js';
import { check } from './check.js';
import { Refused } from './refused.js';

const HELP = `consentkit <command>

  build POLICY [-o DIR] [--base URL]   compile a policy into the files that a site serves
  check POLICY                         read a policy and name its first mistake

build writes to DIR (default: consent) and keeps every version of the policy in
consentkit.lock.json beside POLICY: put that file under version control.
--base is the address of DIR on the site, for the inline snippet (default: /consent/).`;

const COMMANDS: Record<string, (args: string[]) => Promise<void>> = { build, check };

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
