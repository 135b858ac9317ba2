/** The names of recipients as they stand in sentences. */
import type { CentrePolicy, Look } from './types.js';

/**
 * Recipient id → name. In a page that is read from right to left each is set apart (Unicode's FSI and PDI), or the full stop of
 * "Acme B.V." would stand at its other end.
 */
export const namesOf = ({ recipients = [] }: Partial<Pick<CentrePolicy, 'recipients'>>, { dir }: Pick<Look, 'dir'>): Record<string, string> =>
  Object.fromEntries(recipients.map(({ id, name }) => [id, dir === 'rtl' ? `\u2068${name}\u2069` : name]));
