/** Something in a receipt is not as the format has it. */
export class Wrong extends Error {}
