/** Which words a page loads when: a first visitor waits for those of the banner, and for no others. */

/** Of the interface: what the banner, placeholders and the button in the corner say. */
const INTERFACE = /^ui\.(banner\..*|embed\..*|refuse|accept|choose|notice|partners(\..*)?|once|always|centre\.title)$/;

/** Of the policy: names and sentences of purposes, sentences of services. */
const POLICY = /^(?!ui\.|data\.|document\.|preference\.)[^.]+\.(name|text)$|^service\./;

type Texts = Record<string, string>;

/** The words of the first layer, and the rest. */
export function split(texts: Texts): [first: Texts, more: Texts] {
  const parts: [Texts, Texts] = [{}, {}];
  for (const [key, text] of Object.entries(texts)) parts[INTERFACE.test(key) || POLICY.test(key) ? 0 : 1][key] = text;
  return parts;
}
