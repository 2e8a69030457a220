import { expect, test } from "vitest";
import { refuse } from "../session/refusal.ts";
import { endOfRefused } from "./end-of-refused.ts";

test("an end says what is wrong, and nothing twice", () => {
  expect(endOfRefused(refuse("internal", "Redis does not answer; try again"))).toEqual({
    code: 3004,
    reason: "internal server error",
    detail: "Redis does not answer; try again",
  });
  expect(endOfRefused(refuse("badRequest", "`data`: is missing"))).toMatchObject({ detail: "`data`: is missing" });
  // 3501 is for several errors, so the text says which.
  expect(endOfRefused(refuse("unknownChannel", "no namespace `x` is configured"))).toMatchObject({
    code: 3501,
    detail: "unknown channel: no namespace `x` is configured",
  });
});
