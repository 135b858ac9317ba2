/** What an owner has to correct: a stable code, and one sentence that says what to do. */
export class TransportError extends Error {
  override readonly name = 'TransportError';

  constructor(readonly code: string, hint: string) {
    super(`[ConsentKit] ${code}: ${hint}`);
  }
}
