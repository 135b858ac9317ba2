/** Which of several languages serves a reader best, by what CLDR knows of languages, scripts and places. */

/** The one of `langs` that a reader of `tag` is served with, if any: in the same language, in the same script before another. */
export function nearest(tag: string, langs: readonly string[]): string | undefined {
  const reader = describe(tag);
  let best: string | undefined;
  let most = 0;
  for (const lang of langs) {
    const its = describe(lang);
    if (!reader || its?.language !== reader.language) continue;
    // The reader's own words; else a form for their place, else one that is for no place, else one that is for another.
    const place = its.tag === reader.tag ? 3 : its.region === reader.region ? 2 : +!its.stated;
    const score = 1 + place + (its.script === reader.script ? 4 : 0);
    if (score <= most) continue;
    most = score;
    best = lang;
  }
  return best;
}

/** Norwegian has a name of its own for each written form; people read both. */
const SAME: Record<string, string> = { nb: 'no', nn: 'no' };

function describe(tag: string): { tag: string; language: string; script: string | undefined; region: string | undefined; stated: boolean } | undefined {
  try {
    const said = new Intl.Locale(tag);
    const { language, script, region } = said.maximize();
    return { tag: `${said}`, language: SAME[language] ?? language, script, region, stated: said.region !== undefined };
  } catch {
    // No language tag: nobody is served by it.
    return undefined;
  }
}
