/** The owner's table from the items of a policy to what a vendor calls them. Nothing is ever guessed. */
import { TransportError } from './error.js';
import type { ConsentState } from './source.js';

/**
 * Item (`analytics`, or `marketing/acme` for one recipient) → the vendor's category, several of them, or `null`
 * for an item that this vendor is not told of. Every item of the policy must be listed.
 */
export type ConsentMap<Category extends string = string> = Readonly<Record<string, Category | readonly Category[] | null>>;

/** Each category of the map, and whether every item that is mapped to it is permitted. */
export function categoriesOf(map: ConsentMap, { items }: ConsentState): Record<string, boolean> {
  const known = Object.keys(items);
  if (known.length) checkMap(map, known);
  const found = new Map<string, boolean>();
  for (const [item, to] of Object.entries(map)) {
    for (const category of [to ?? []].flat()) found.set(category, items[item] === true && found.get(category) !== false);
  }
  // Vendors read "no categories" as an answer of its own.
  if (!found.size) throw new TransportError('CATEGORIES_EMPTY', 'the map leads to no category at all; map at least one purpose to one');
  return Object.fromEntries(found);
}

/** Throws when an item of the policy is not mapped, or the map names one that the policy does not have. */
export function checkMap(map: ConsentMap, items: readonly string[]): void {
  const missing = items.filter((item) => !Object.hasOwn(map, item));
  if (missing.length) {
    throw new TransportError('PURPOSE_UNMAPPED', `the map says nothing of ${list(missing)}; name the category of each, or null where this vendor is to be told nothing`);
  }
  const unknown = Object.keys(map).filter((item) => !items.includes(item));
  if (unknown.length) throw new TransportError('PURPOSE_UNKNOWN', `the map names ${list(unknown)}, but the policy has ${list(items)}; correct the map`);
  const blank = items.filter((item) => [map[item] ?? []].flat().some((category) => typeof category !== 'string' || !category.trim()));
  if (blank.length) throw new TransportError('CATEGORY_INVALID', `the map has no usable category for ${list(blank)}; a category is a text that is not empty`);
}

const list = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
