// Builds an example as a site owner would: the packed npm package, `npx consentkit build`, static files.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { kept } from './kept.mjs';
import { cache, repository } from './paths.mjs';

const run = promisify(execFile);
const folderOf = (example) => join(repository, 'examples', example);
const BOOT_TAG = '<script src="/consent/boot.js"></script>';

/** The packed package, or `undefined`; tests that need it are skipped without it. */
export const tarball = process.env.CONSENTKIT_TARBALL && resolve(process.env.CONSENTKIT_TARBALL);

/** The policy of an example as it is in the repository: a fresh copy. */
export const policyOf = (example) => JSON.parse(readFileSync(join(folderOf(example), 'policy.json'), 'utf8'));

/** The shop's. */
export const shopPolicy = () => policyOf('shop');

let packed;

/** The hash of the tarball: what is made with another one is something else. */
export const packageHash = () => (packed ??= createHash('sha256').update(readFileSync(tarball)).digest('hex').slice(0, 16));

/**
 * Installs the tarball into an empty project, once for each content of it, and answers with the folder.
 * No lifecycle script runs and nothing else is installed beside it.
 */
export async function installPackage() {
  const folder = join(cache, `package-${packageHash()}`);
  if (existsSync(folder)) return folder;
  // Complete, or not there: another process may install the same at the same time.
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, 'draft-'));
  writeFileSync(join(draft, 'package.json'), '{ "name": "empty-project", "private": true }\n');
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', tarball], { cwd: draft });
  try {
    renameSync(draft, folder);
  } catch {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Runs the command that npm has installed, as `npx` would at five times the work, and answers with what it printed and how it ended. */
export async function consentkit(...args) {
  const cwd = await installPackage();
  return run(process.execPath, [join(cwd, 'node_modules/.bin/consentkit'), ...args], { cwd }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/**
 * A copy of an example, by default the shop, in a temporary folder. `root` is what a server should serve.
 *
 * `build(policy)` compiles a policy into it, unless the same was compiled before (kept.mjs); a second call is the owner's
 * next deployment: the lock file stays. `inline` puts the snippet of `boot.html` into the pages in place of the external script;
 * `lock(site)` is the lock file of a site. `args` are further arguments of `consentkit build`; `secret` is what lies in a file that they name.
 */
export function createSite({ example = 'shop', inline = false, args = [], secret = '' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'ck-site-'));
  const root = join(folder, 'public');
  const consent = join(root, 'consent');
  const pages = join(folderOf(example), 'public');
  cpSync(pages, root, { recursive: true, filter: (path) => !path.startsWith(join(pages, 'consent')) });

  return {
    root,
    consent,
    build,
    lock: (site) => join(folder, 'policies', site, 'consentkit.lock.json'),
    keep,
    edit: (html) => (inline ? replaceOnce(html, BOOT_TAG, snippet()) : html),
    csp,
    done: () => rmSync(folder, { recursive: true, force: true }),
  };

  async function build(policy) {
    // The lock file lies beside the policy, so every site has a folder of its own.
    const file = join(folder, 'policies', policy.site, 'policy.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(policy, null, 2));
    const make = async () => {
      const { code, stdout, stderr } = await consentkit('build', file, '-o', consent, ...args);
      if (code !== 0) throw new Error(`consentkit build ended with ${code}\n${stdout}${stderr}`);
      return stdout;
    };
    // A file of a person who signs has another place every time.
    const inputs = secret ? [secret] : args;
    return kept(['consentkit build', packageHash(), ...inputs], [dirname(file), consent], make);
  }

  /** Remembers this deployment; the returned function puts it back, as a stale cache would. */
  function keep() {
    const copy = mkdtempSync(join(folder, 'kept-'));
    cpSync(consent, copy, { recursive: true });
    return () => {
      rmSync(consent, { recursive: true });
      cpSync(copy, consent, { recursive: true });
    };
  }

  function snippet() {
    return readFileSync(join(consent, 'boot.html'), 'utf8').trim();
  }

  function csp(options) {
    return strictCsp({ ...options, hashes: inline ? inlineHashes(snippet()) : [] });
  }
}

/**
 * A strict Content-Security-Policy: no inline code but what `hashes` name, no inline styles.
 *
 * `scripts`, `frames` and `connect` are origins of third parties and the backend; `wasm: false` forbids
 * WebAssembly; `trustedTypes: true` also forbids every string in a place that loads or runs code.
 */
export function strictCsp({ scripts = [], frames = [], connect = [], hashes = [], wasm = true, trustedTypes = false }) {
  return [
    "default-src 'none'",
    `script-src 'self' ${[...hashes, ...scripts, ...(wasm ? ["'wasm-unsafe-eval'"] : [])].join(' ')}`,
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${connect.join(' ')}`,
    `frame-src ${frames.join(' ') || "'none'"}`,
    "base-uri 'none'",
    ...(trustedTypes ? ["require-trusted-types-for 'script'", 'trusted-types consentkit'] : []),
  ].join('; ');
}

function inlineHashes(html) {
  return [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)]
    .map(([, code]) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
}

function replaceOnce(html, what, by) {
  if (html.split(what).length !== 2) throw new Error(`the page must hold exactly one ${what}`);
  return html.replace(what, () => by);
}
