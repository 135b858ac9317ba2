/** Input that cannot be used: where it is wrong, and what to do. */
export class Refused extends Error {
  /** The engine's errors are `{ code, path, hint }`. */
  static from(error: unknown, file: string): Refused {
    const { code, path, hint } = error as { code?: string; path?: string; hint?: string };
    if (!code) throw error;
    return new Refused(`${file}${path ? `: ${path}` : ''}: ${hint} [${code}]`);
  }

  /** What the engine makes of a file; its errors name the file. */
  static blaming<T>(file: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw Refused.from(error, file);
    }
  }
}
