/**
 * The language to speak: the page's, else the visitor's, else the default, which is the last. `de` speaks to `de-AT` too.
 * What a rule so plain cannot know, `build` has worked out and listed: see `forBoot`.
 */
export const pickLang = (langs: string[]): string =>
  [document.documentElement.lang, ...navigator.languages, langs.at(-1)!].flatMap((tag) => langs.filter((lang) => tag.match('^' + lang + '\\b')))[0]!;
