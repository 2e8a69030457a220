import type { Promises } from "./verdict.ts";

/** What a hub that keeps all of them is found to have broken. */
export const keptPromises: Promises = {
  lostAcked: 0,
  silentGaps: 0,
  duplicates: 0,
  reordered: 0,
  phantoms: 0,
  silentForks: 0,
  reusedOffsets: 0,
};
