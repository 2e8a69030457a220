const cursorMax = 2n ** 64n - 1n;

/**
 * Whether SCAN and its kin take a text as where to go on; anything else they answer with an error, which is then one of ours. A cursor is an
 * unsigned number of 64 bits that Redis makes; one that somebody has made up finds whatever it finds.
 */
export function isScanCursor(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) <= cursorMax;
}
