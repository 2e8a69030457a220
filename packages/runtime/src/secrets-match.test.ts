import { expect, test } from "vitest";
import { createSecretCheck, secretsMatch } from "./secrets-match.ts";

const long = "x".repeat(1_000);
const ways = {
  secretsMatch,
  createSecretCheck: (given: string, secret: string) => createSecretCheck(secret)(given),
};

test.each(Object.entries(ways))("only the same text matches, whatever the lengths: %s", (_, match) => {
  for (const secret of ["secret", "sécrèt", "s", long]) {
    expect(match(secret, secret)).toBe(true);
    for (const wrong of ["", secret.slice(0, -1), `${secret} `, `S${secret.slice(1)}`, `${secret}\0`, secret + long]) {
      expect(match(wrong, secret)).toBe(false);
    }
  }
});

test.each(Object.entries(ways))("an empty secret matches nothing: %s", (_, match) => {
  for (const given of ["", "\0", "secret"]) expect(match(given, "")).toBe(false);
});

test("a check remembers nothing of what it was given before", () => {
  const check = createSecretCheck("secret");
  expect(["secret and more", "secret", long, "secret", "secre"].map(check)).toEqual([false, true, false, true, false]);
});
