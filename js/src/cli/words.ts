/** Which words a page loads when: a first visitor waits for those of the banner, and for no others. */
import type { TextBundle } from '../types.gen.js';
import { plural } from '../ui/texts.js';

/** Of the interface: what the banner, placeholders and the button in the corner say. */
const INTERFACE = /^ui\.(banner\..*|embed\..*|refuse|accept|choose|notice|once|always|centre\.title)$/;

/** Of the policy: names and sentences of purposes, sentences of services. */
const POLICY = /^(?!ui\.|data\.|document\.|preference\.)[^.]+\.(name|text)$|^service\./;

type Texts = Record<string, string>;

/**
 * The words of the first layer, and the rest. How many partners there are is put into words here: for a browser that is
 * tens of milliseconds of work, for nothing but a number and its plural.
 */
export function split({ lang, texts, partners }: TextBundle): [first: Texts, more: Texts] {
  const parts: [Texts, Texts] = [partners ? { 'ui.partners.all': plural(texts, lang, 'ui.partners', partners) } : {}, {}];
  for (const [key, text] of Object.entries(texts)) parts[INTERFACE.test(key) || POLICY.test(key) ? 0 : 1][key] = text;
  return parts;
}
