/** One line with a code that the documentation explains; never personal data. */
export function log(code: string, message: string): void {
  console.warn(`[ConsentKit] ${code}: ${message}`);
}
