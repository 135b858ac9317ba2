import type { Policy } from '../types.gen.js';

/** Recipient id → name. */
export const namesOf = ({ recipients = [] }: Policy): Record<string, string> => Object.fromEntries(recipients.map(({ id, name }) => [id, name]));
