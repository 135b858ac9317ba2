/**
 * What to do, by the code of an error: the core's own sentences, word for word, which the engine of built sites leaves out to be
 * small. A test holds the two together.
 */
const HINTS: Record<string, string> = {
  ENDPOINT_WRONG: 'nothing at settings.endpoint takes records: check the address; they are kept',
  EVENT_UNREADABLE: 'the event does not have the form of the protocol and was not handled',
  FOREIGN_SITE: 'what belongs to another site is ignored; use one site name for one storage',
  INTENT_UNREADABLE: 'keep the intent and send it to the backend as it is',
  NO_ENTROPY: 'crypto.getRandomValues failed, so no record can be made; nothing was handled',
  NOT_ACKNOWLEDGED: 'the server answered without naming the records; they are kept and sent again',
  NOT_SAVED: 'storage is full or forbidden: a yes opens nothing, a no holds for this page',
  POLICY_INVALID: 'run `npx consentkit build` with the version of the software that reads it',
  RECORD_REFUSED: 'the server refuses a record; it is kept',
  RECORD_UNREADABLE: 'the bytes are kept as they are; nothing is granted by them',
};

/** The hint that came with an error, or the one of its code. */
export const hintOf = (code: string, hint: string): string => hint || HINTS[code] || '';
