/** What a page gets before it has ever seen the engine: the case that the build worked out for its place. */
import type { BootData, Context } from '../types.gen.js';

/** The pair of cases of a place: its own, else its country's, else that of every other place. */
export function caseIndex({ places }: BootData, region: string): number {
  const place = region.toUpperCase();
  const own = [place, place.split('-')[0]!].map((code) => places.findIndex((list) => list.split(' ').includes(code)));
  return own.find((index) => index >= 0) ?? 0;
}

/** The words of a case, out of a list with one pair for each place: without and with a signal. */
export const words = (cases: [string, string][], data: BootData, { region, signals }: Context): string[] =>
  cases[caseIndex(data, region)]![signals[0] ? 1 : 0]!.split(' ');

/** The names whose place in a mask is on. */
export const on = (names: string[], mask: string): string[] => names.filter((_, index) => mask[index] === '1');
