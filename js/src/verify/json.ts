/** JSON of objects, arrays and texts, no name twice in an object. */
import { Wrong } from './wrong.js';

export type Plain = string | Plain[] | { [name: string]: Plain };
export type Members = { [name: string]: Plain };

export function parse(text: string): Plain {
  const value = anyJson(text);
  const names = count(value);
  // Every text before a colon is a name. Where one came twice, the value has fewer.
  const written = [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?/gs)].filter(([, colon]) => colon !== undefined).length;
  if (written !== names) throw new Wrong('a name stands twice in an object');
  return value as Plain;
}

export function anyJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Wrong((error as Error).message);
  }
}

/** How many names there are in all, and that nothing else than objects, arrays and texts is in it. */
function count(value: unknown): number {
  if (typeof value === 'string') return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, it) => sum + count(it), 0);
  if (typeof value !== 'object' || value === null) throw new Wrong(`${String(value)} is no object, array or text`);
  return Object.values(value).reduce((sum: number, it) => sum + 1 + count(it), 0);
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own members only: a name such as `constructor` is found nowhere else. */
export function member(of: Members, name: string): Plain | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

export function equal(a: Plain | undefined, b: Plain | undefined): boolean {
  if (a === undefined || b === undefined || typeof a === 'string' || typeof b === 'string') return a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((it, index) => equal(it, b[index]));
  }
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => equal(a[name], member(b, name)));
}
