import { expect, test } from "vitest";
import { redact } from "./redact.ts";

const canary = "canary";

test.each([
  { password: canary },
  { note: "x", nested: { apiKey: canary } },
  { "X-Api-Key": canary },
  { Authorization: canary },
  { 身份证: canary },
  { 手机号: canary },
  { list: [{ access_token: canary }] },
  { note: "see eyJhbGciOiJIUzI1NiJ9.canary.canary" },
  { note: "key 0123456789abcdef0123456789abcdef" },
])("%j is told without its secret", (said) => {
  const told = JSON.stringify(redact(said));
  expect(told).not.toContain(canary);
  expect(told).not.toContain("0123456789abcdef");
});

test("what is no secret is told as it is, and not at any length", () => {
  const said = { note: "stops for the night", max: 5, isOn: true, ids: ["t_1", null] };
  expect(redact(said)).toEqual(said);
  const long = JSON.stringify(redact({ note: "x".repeat(100_000), list: Array.from({ length: 1_000 }, () => "y") }));
  expect(long.length).toBeLessThan(1_000);
});
