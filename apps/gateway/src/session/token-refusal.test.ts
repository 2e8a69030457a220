import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { expect, test } from "vitest";
import { refuse } from "./refusal.ts";
import { tokenRefusal } from "./token-refusal.ts";

const whenInvalid = { kind: "disconnect", disconnect: disconnectCodes.invalidToken } as const;

test("while keys cannot be fetched a client is told to try again, and not that its token is bad", () => {
  const refusal = tokenRefusal({ kind: "unavailable", reason: "no answer" }, whenInvalid);
  expect(refusal).toMatchObject({ kind: "error", error: { code: 100, temporary: true } });
});

test("an expired token is to be replaced, one for somebody else is refused, one for something else ends the line", () => {
  expect(tokenRefusal({ kind: "expired" }, whenInvalid)).toEqual(refuse("tokenExpired"));
  expect(tokenRefusal({ kind: "forbidden", reason: "sub" }, whenInvalid)).toMatchObject({ error: { code: 103 } });
  expect(tokenRefusal({ kind: "misplaced" }, refuse("permissionDenied"))).toEqual(whenInvalid);
});

test("a blocked user's line ends for good, whatever the token was for", () => {
  const end = { kind: "disconnect", disconnect: disconnectCodes.permissionDenied };
  expect(tokenRefusal({ kind: "blocked" }, refuse("permissionDenied"))).toEqual(end);
});

test("of a token that is not good the caller says what it means", () => {
  expect(tokenRefusal({ kind: "invalid", reason: "signature" }, whenInvalid)).toBe(whenInvalid);
});
