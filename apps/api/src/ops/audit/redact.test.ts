import { expect, test } from "vitest";
import { redact, redactNames } from "./redact.ts";

const canary = "canary";
/** As `npm start` draws keys and the api draws cookies. */
const drawn = "q0NQi7G2M0oFkPrnODyxdKvCBjRf5MhF-oQmgTyzM65";

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
  { note: "signed by whsec_canary+/0=" },
  { note: "hash $scrypt$ln=15,r=8,p=1$canary$canary" },
  { note: "curl -H 'Authorization: Bearer canary1'" },
  { note: "Basic canary0canary==" },
  { note: `(${drawn.replace("G2M0", canary)})` },
])("%j is told without its secret", (said) => {
  const told = JSON.stringify(redact(said));
  expect(told).not.toContain(canary);
  expect(told).not.toContain("0123456789abcdef");
});

test("what the hub draws and hands out is left out of names, too", () => {
  expect(redactNames({ id: drawn, other: `sy_ops=${drawn};` })).toEqual({
    id: "[redacted]",
    other: "sy_ops=[redacted];",
  });
});

test.each([
  "t_iADWpzzET0MW8UQZE-A1h",
  "orders-of-customer-0123456789-in-the-north-of-europe",
  "OrdersForEuCustomerAcmeCorporationEurope2024",
  "Customer-550e8400-e29b-41d4-a716-446655440000",
  "Customer-01ARZ3NDEKTSV4RRFFQ69G5FAV-Orders-2024",
  "customer-orders-high-V1StGXR8_Z5jdHi6B-myT",
  "tenant-4f90d13a42_Nightly-Report-2024-11-29T23-59-59Z",
])("the name %s is told as it is, also in a reason", (name) => {
  expect(redactNames({ id: name })).toEqual({ id: name });
  expect(redact(`stop ${name}, please`)).toBe(`stop ${name}, please`);
});

test("32 digits of hex, which may be a key in a text, are told as a name", () => {
  const hex = "550e8400e29b41d4a716446655440000";
  expect(redactNames({ id: hex })).toEqual({ id: hex });
  expect(redact(`stop ${hex}`)).toBe("stop [redacted]");
});

test.each(["the bearer token has expired", "Basic authentication, bearer tokens", "basic load-balancing"])(
  "words about keys, %s, are told",
  (reason) => {
    expect(redact(reason)).toBe(reason);
  },
);

test("what is no secret is told as it is, and not at any length", () => {
  const said = { note: "stops for the night", max: 5, isOn: true, ids: ["t_1", null] };
  expect(redact(said)).toEqual(said);
  const long = JSON.stringify(redact({ note: "x".repeat(100_000), list: Array.from({ length: 1_000 }, () => "y") }));
  expect(long.length).toBeLessThan(1_000);
});
