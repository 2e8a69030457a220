import { expect, test } from "vitest";
import { isSamePerson } from "./same-person.ts";

const vouched = (name: string, sub: string) => JSON.stringify({ name, sub, values: [] });

test.each([
  ["ada", "", "ada", "", true],
  ["ada", "", "bob", "", false],
  ["oidc:ada", vouched("ada", "u-1"), "oidc:ada", vouched("ada", "u-1"), true],
  ["oidc:ada", vouched("ada", "u-1"), "oidc:ada", vouched("ada", "u-9"), false],
  ["oidc:ada", vouched("ada", "u-1"), "oidc:lovelace", vouched("lovelace", "u-1"), true],
  ["ada", "", "ada", vouched("ada", "u-1"), false],
])("the login of %s %s is of %s %s: %s", (...row) => {
  const [actor, claims, name, others, isSame] = row;
  expect(isSamePerson({ actor, claims }, { name, claims: others })).toBe(isSame);
});
