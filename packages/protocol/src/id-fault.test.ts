import { expect, test } from "vitest";
import { findIdFault, userIdMaxBytes } from "./id-fault.ts";

test.each([
  ["a\u0000", "must not contain control characters"],
  ["a\u007f", "must not contain control characters"],
  ["\ud800", "must be Unicode text"],
  ["é".repeat(121), "must have 240 bytes or fewer"],
  ["é".repeat(120), undefined],
  ["42", undefined],
  ["", undefined],
])("the user id %j: %s", (id, fault) => {
  expect(findIdFault(id, userIdMaxBytes)).toBe(fault);
});
