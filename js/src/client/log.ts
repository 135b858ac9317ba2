import type { Kernel } from '../boot/kernel.js';
import { hintOf } from './hints.js';

/** One line with a code that the documentation explains; never personal data. */
export function log(code: string, message: string): void {
  console.warn(`[ConsentKit] ${code}: ${hintOf(code, message)}`);
}

/** Once a page: the same trouble at every try is no news. `diagnostics()` lists the codes. */
export function logOnce(kernel: Kernel, code: string, message: string): void {
  const said = (kernel._said ??= []);
  if (!said.includes(code)) log(code, message);
  said.push(code);
}

/** Why there is no engine, and what follows. The engine throws `{ code, path, hint }`. */
export function logFailure(error: unknown, consequence: string): void {
  const { code = 'ENGINE_UNAVAILABLE', path, hint = String(error) } = (error ?? {}) as { code?: string; path?: string; hint?: string };
  log(code, `${path ? path + ': ' : ''}${hintOf(code, hint)}; ${consequence}`);
}
