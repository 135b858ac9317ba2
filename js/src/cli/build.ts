/** `consentkit build`: writes everything that a site serves. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pins, type BuiltPolicy } from '../client/envelope.js';
import type { Built, BuildOptions } from '../types.gen.js';
import { readArgs } from './args.js';
import { readPolicy } from './check.js';
import { publish, readKeys, tellOfKeys, writeEnvelopes } from './delivery.js';
import { tools } from './engine.js';
import { forBoot, interfaceWords, languagesOf } from './languages.js';
import { vendorSnippet } from './recipes.js';
import { Refused } from './refused.js';
import { split } from './words.js';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Only pages whose policy wants the button carry the place for it. */
const CORNER = ';(e=>{e.dataset.surface="corner";document.documentElement.append(e)})(document.createElement("consent-kit"))';

const OPTIONS = {
  out: { type: 'string', short: 'o', default: 'consent' },
  base: { type: 'string', default: '/consent/' },
  key: { type: 'string' },
  pin: { type: 'string', multiple: true, default: [] as string[] },
} as const;

export async function build(args: string[]): Promise<void> {
  const { values, positionals } = readArgs(args, OPTIONS);
  const [file] = positionals;
  if (!file) throw new Refused('name the policy: consentkit build POLICY');
  const keys = await readKeys(values);
  const policy = await readPolicy(file);
  const lockFile = join(dirname(file), 'consentkit.lock.json');
  const lock = await readLock(lockFile);
  const words = await interfaceWords(join(DIST, 'texts'), languagesOf(policy));
  const options: BuildOptions = { now: Date.now(), interface: words.texts };
  const built = Refused.blaming(file, () => tools.build(policy, lock, options));
  const published = publish(built, options.now, keys);
  await mkdir(join(values.out, 'notices'), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Refused(`${values.out}: cannot be written (${error.code}); name a folder with -o`);
  });
  await writeFile(lockFile, JSON.stringify(built.lock, null, 2) + '\n');
  const written = await writeSite(built, published.policy, values.out, values.base);
  await writeEnvelopes(values.out, published);
  for (const warning of built.warnings) console.warn(`warning: ${warning}`);
  const [fallback] = built.boot.langs;
  console.log(`${values.out}: ${written.languages.join(', ')}; policy version ${built.policy.version}`);
  console.log(`languages: who reads none of these is spoken to in ${fallback}; the interface has words in ${words.all}, the policy's texts decide which are used`);
  if (words.unread.length) console.log(`interface words that nobody has reviewed yet: ${words.unread.join(', ')}; read them before you publish`);
  console.log(`inline snippet: ${join(values.out, 'boot.html')} (${written.bytes} bytes), for a Content-Security-Policy: 'sha256-${written.hash}'`);
  tellOfKeys(values.out, published);
  console.log(`rebuild before ${new Date(built.boot.expires * 864e5).toISOString().slice(0, 10)}: from then on first visits wait for the engine`);
}

/** Before the first build there is none; one that cannot be read must not be replaced by a new history. */
async function readLock(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new Refused(`${file}: cannot be read (${error.code}); restore it from version control`);
  });
}

async function writeSite(built: Built, policy: BuiltPolicy, out: string, base: string): Promise<{ languages: string[]; hash: string; bytes: number }> {
  const code = await readFile(join(DIST, 'boot.js'), 'utf8');
  const watch = pins(policy) ? '\n' + (await readFile(join(DIST, 'watch.js'), 'utf8')) : '';
  const { langs, also } = forBoot(built.boot.langs);
  const vendors = await vendorSnippet(policy, built.boot);
  const boot = vendors + code.replace('CK_DATA', () => script({ ...built.boot, langs })) + (built.policy.settings.corner ? CORNER : '') + watch;
  const hash = createHash('sha256').update(boot).digest('base64');
  await cp(join(DIST, 'browser'), out, { recursive: true });
  const banner = await readFile(join(DIST, 'first.js'), 'utf8');
  await writeFile(join(out, 'boot.js'), boot);
  await writeFile(join(out, 'boot.html'), `<script data-base="${attribute(base)}">${boot}</script>\n`);
  await writeFile(join(out, 'policy.json'), JSON.stringify(policy));
  for (const [language, bundle] of Object.entries(built.texts)) {
    const [first, more] = split(bundle, built.boot);
    const words = `export default ${JSON.stringify({ ...bundle, texts: first })}`;
    await writeFile(join(out, `texts.${language}.js`), words);
    await writeFile(join(out, `first.${language}.js`), banner + words);
    await writeFile(join(out, `more.${language}.js`), `export default ${JSON.stringify(more)}`);
    // The words as they were shown, under their hash, for as long as records name it.
    const { lang, layout, texts, notice } = bundle;
    await writeFile(join(out, 'notices', `${notice.split(':')[0]}.json`), JSON.stringify({ lang, layout, texts }, null, 2) + '\n');
  }
  for (const [tag, language] of Object.entries(also)) {
    for (const name of ['texts', 'first']) await cp(join(out, `${name}.${language}.js`), join(out, `${name}.${tag}.js`));
  }
  return { languages: Object.keys(built.texts), hash, bytes: Buffer.byteLength(boot) };
}

/**
 * An object literal that can stand inside a script element: nothing in it can end the element or begin a
 * comment. Names without quotes, because every page carries them.
 */
const script = (value: object): string =>
  `{${Object.entries(value).map(([name, it]) => `${name}:${JSON.stringify(it).replace(/</g, '\\u003c')}`)}}`;

const attribute = (value: string): string => value.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
