import type { Built, BuildOptions, Context, StoredRecord } from '../types.gen.js';

/** The engine's build for Node, loaded from where the package keeps it. */
interface Tools {
  build(policy: string, lock: string, options: BuildOptions): Built;
  check(policy: string): void;
  explain(policy: string, options: { context: Context; now: number; records: StoredRecord[] }): Told;
  lint(policy: string): Lint[];
  diff(old: string, now: string, at: number): Told & { material: boolean };
  simulate(policy: string, at: number, format: 'csv' | 'md'): string;
  simulate(policy: string, at: number, format: 'json'): object;
  verify(receipt: string, key: string | undefined, notice: string | undefined, brief: boolean): Report;
}

/** What was found in a receipt: every step in its order, and the sum. */
export interface Report {
  verdict: Found;
  id: string;
  steps: { step: string; status: Found; found: string }[];
}

/** It holds, it does not, it could not be checked. */
export type Found = 'pass' | 'fail' | 'open';

/** A result with its words; what else it has is only passed on. */
export interface Told {
  text: string;
}

/** Something that a rule has found in a policy. */
export interface Lint {
  rule: string;
  severity: 'error' | 'warning' | 'advice';
  path: string;
  finding: string;
  remedy: string;
  citation: string;
}

const at: string = './engine/engine.js';
export const tools = (await import(at)) as Tools;
