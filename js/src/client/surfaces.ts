/** Opens a part of the interface by its name: for page code, for a button, or in a place that the markup has for it. */
import type { Kernel, Surfaces } from '../boot/kernel.js';
import type { Client } from './client.js';
import { log } from './log.js';
import { allWords } from './words.js';

/** Names come from markup too: nothing else may be loaded by one. */
const SURFACES: readonly (keyof Surfaces)[] = ['centre', 'links', 'optout', 'terms', 'guardian'];

/** What has been opened. `close` takes away what lies over the page and tells whether anything did. */
export type Parts = Map<keyof Surfaces, { close(): boolean }>;

export async function show(kernel: Kernel, client: Client, surface: keyof Surfaces | HTMLElement, parts: Parts): Promise<void> {
  const element = typeof surface === 'string' ? undefined : surface;
  const name = element ? element.dataset['surface'] : surface;
  const known = SURFACES.find((it) => it === name) as Exclude<keyof Surfaces, 'ask'> | undefined;
  if (!known) return log('UNKNOWN_ID', `show("${String(name)}"): there is no such part; there are ${SURFACES.join(', ')}`);
  const [it, texts] = await Promise.all([kernel._parts.load(known), allWords(kernel)]);
  parts.set(known, it);
  it.open(kernel, texts, client, element?.localName === 'consent-kit' ? element : undefined);
}
