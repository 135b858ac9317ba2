/** The languages of a build: which there are, which of the interface's words they get, and who is spoken to in which. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nearest } from '../nearest.js';
import type { BuildOptions } from '../types.gen.js';

export interface Words {
  texts: BuildOptions['interface'];
  /** In how many languages there are words. */
  all: number;
  /** The languages of the policy whose words nobody has reviewed. */
  unread: string[];
}

/** Who has reviewed the words of a language; no page needs it. */
const REVIEW = 'ui.reviewed_by';

/** The languages of a policy. A policy that has none, or is none, is the engine's to refuse. */
export function languagesOf(policy: string): string[] {
  try {
    return Object.keys(Object(Object(JSON.parse(policy)).texts));
  } catch {
    return [];
  }
}

/** The interface's own words for each language of a policy, and English, which stands in where there are none. */
export async function interfaceWords(folder: string, languages: string[]): Promise<Words> {
  const all = (await readdir(folder)).filter((name) => name.endsWith('.js')).map((name) => name.slice(0, -3));
  const texts: BuildOptions['interface'] = {};
  const unread: string[] = [];
  for (const language of new Set([...languages, 'en'])) {
    const found = nearest(language, all);
    if (!found) continue;
    const { [REVIEW]: reader, ...words } = (await import(pathToFileURL(join(folder, `${found}.js`)).href)).default;
    texts[language] = words;
    if (reader === 'nobody' && languages.includes(language)) unread.push(language);
  }
  return { texts, all: all.length, unread };
}

/** Tags that browsers send, or sent once, and that do not begin with the tag of every language that may serve them. */
const STRANGE = ['zh-Hans', 'zh-Hant', 'zh-HK', 'zh-MO', 'zh-TW', 'nb', 'nn', 'no', 'sr-Latn', 'sr-ME', 'sh', 'iw', 'in', 'tl'];

/**
 * The languages of a policy, the default first, as boot's plain rule wants them. It takes the first that a reader's tag begins
 * with, so narrower ones come first; it falls back to the last, so that is the default, which may be there twice.
 * `also` has the further tags that this needs, and the language that serves each.
 */
export function forBoot(languages: readonly string[]): { langs: string[]; also: Record<string, string> } {
  const also: Record<string, string> = {};
  const all = (): string[] => [...languages, ...Object.keys(also)].sort((a, b) => b.split('-').length - a.split('-').length);
  const plain = (tag: string, langs: string[]): string | undefined => {
    const found = langs.find((lang) => `${tag}-`.startsWith(`${lang}-`));
    return found && (also[found] ?? found);
  };
  // Pages write their own language in small letters, too.
  const tags = [...languages.map((lang) => lang.split('-')[0]!), ...languages, ...STRANGE].flatMap((tag) => [tag, tag.toLowerCase()]);
  for (const tag of tags) {
    const serves = nearest(tag, languages);
    if (serves && serves !== plain(tag, all())) also[tag] = serves;
  }
  const [fallback] = languages;
  if (fallback === undefined) return { langs: [], also };
  const langs = [...all().filter((lang) => lang !== fallback), fallback];
  return { langs: plain(fallback, langs) === fallback ? langs : [...all(), fallback], also };
}
