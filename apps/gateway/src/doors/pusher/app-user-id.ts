import { findIdFault } from "@switchyard/protocol/id-fault";

const charactersMax = 128;
/** No number of characters within the bound has more; the bound in characters is the one that counts. */
const bytesMax = charactersMax * 4;

/**
 * What is wrong with the id an app gives a user, to stand behind the name of its field; undefined when nothing is. It becomes part of
 * names of channels and of keys, so it may hold what every other id of a user may.
 */
export function appUserIdFault(id: unknown): string | undefined {
  if (typeof id !== "string" || id === "") return "must be a text";
  if (id.length > charactersMax) return `is ${id.length} characters long, the bound is ${charactersMax}`;
  return findIdFault(id, bytesMax);
}
