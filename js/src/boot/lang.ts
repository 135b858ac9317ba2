/** The language to speak: the page's, else the visitor's, else the policy's default. `de` speaks to `de-AT` too. */
export function pickLang(langs: string[]): string {
  const wanted = [document.documentElement.lang, ...navigator.languages];
  return [...wanted.flatMap((tag) => langs.filter((lang) => (tag + '-').startsWith(lang + '-'))), ...langs][0]!;
}
