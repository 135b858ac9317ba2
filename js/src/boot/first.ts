/** What a page gets before it has ever seen the engine: the case that the build worked out for its place. */
import type { Kernel } from './kernel.js';

/**
 * The place's case, out of a list with a pair for each place, without and with a signal: its own, else its
 * country's, else that of every other place.
 */
export function caseOf(cases: [string, string][], { data, context }: Kernel): string {
  const place = context.region.toUpperCase();
  const own = [place, place.split('-')[0]!].map((code) => data.places.findIndex((list) => list.split(' ').includes(code)));
  return cases[own.find((index) => ~index) ?? 0]![+!!context.signals[0] as 0];
}

/** The names whose place in a mask is on. */
export const on = (names: string[], mask: string): string[] => names.filter((_, index) => +mask[index]!);

/** The items that a yes would turn on: by a place's case, and by what the core has worked out of a yes there. */
export function turnedOn(items: string[], before: string, yes: string): string[] {
  const [now, then] = [before, yes].map((it) => it.split(' ')[1]!);
  return items.filter((_, index) => now![index] !== then![index]);
}
