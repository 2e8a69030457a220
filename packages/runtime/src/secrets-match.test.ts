import { expect, test } from "vitest";
import { secretsMatch } from "./secrets-match.ts";

test("only the same text matches, whatever the lengths", () => {
  expect(secretsMatch("secret", "secret")).toBe(true);
  for (const wrong of ["", "secre", "secret ", "Secret", "secret\0"]) expect(secretsMatch(wrong, "secret")).toBe(false);
});

test("an empty secret matches nothing", () => {
  expect(secretsMatch("", "")).toBe(false);
});
