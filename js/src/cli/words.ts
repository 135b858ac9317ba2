/** Which words a page loads when: a first visitor waits for those of the banner, and for no others. */
import { turnedOn } from '../boot/first.js';
import type { BootData, TextBundle } from '../types.gen.js';
import { listKey, nameList, plural, purposeOf } from '../ui/texts.js';

/** Of the interface: what the banner, placeholders and the button in the corner say. */
const INTERFACE = /^ui\.(banner\..*|embed\..*|refuse|accept|choose|notice|once|always|centre\.title)$/;

/** Of the policy: names and sentences of purposes, sentences of services. */
const POLICY = /^(?!ui\.|data\.|document\.|preference\.)[^.]+\.(name|text)$|^service\./;

type Texts = Record<string, string>;

/** The words of the first layer, and the rest. */
export function split(bundle: TextBundle, boot: BootData): [first: Texts, more: Texts] {
  const parts: [Texts, Texts] = [spelledOut(bundle, boot), {}];
  for (const [key, text] of Object.entries(bundle.texts)) parts[INTERFACE.test(key) || POLICY.test(key) ? 0 : 1][key] = text;
  return parts;
}

/**
 * What the banner would ask `Intl` for: how many partners there are, and the purposes in a sentence, for each place that asks for others.
 * The first use of `Intl` is tens of milliseconds of work for a slow device.
 */
function spelledOut({ lang, texts, partners, first }: TextBundle, { cases, items }: BootData): Texts {
  const pairs = cases.flatMap((both, place) => both.map((it, signal) => [it, first[place]![signal as 0]] as const));
  const asked = pairs.filter(([before]) => before.startsWith('a')).map(([before, yes]) => [...new Set(turnedOn(items, before, yes).map(purposeOf))]);
  return Object.fromEntries([
    ...(partners ? [['ui.partners.all', plural(texts, lang, 'ui.partners', partners)]] : []),
    ...asked.map((purposes) => [listKey(purposes), nameList(texts, lang, purposes)]),
  ]);
}
