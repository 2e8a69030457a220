import { parseExactJson } from "@switchyard/protocol/exact-json";
import { isNestedDeeperThan, nestingMax } from "@switchyard/protocol/json-depth";

/** A result as a program or a service wrote it, every number as it was spelled; or why it cannot be kept. */
export type ReadResult = { readonly result: unknown } | { readonly problem: string };

/** @throws SyntaxError when the text is not JSON. */
export function readResult(text: string, wrappings = 0): ReadResult {
  if (isNestedDeeperThan(nestingMax + wrappings, text)) {
    return { problem: `its result is nested deeper than ${nestingMax} levels; flatten it` };
  }
  return { result: parseExactJson(text) };
}
