import { expect, test } from "vitest";
import { isOriginAllowed } from "./upgrade.ts";

const client = { allowed_origins: ["https://app.example.com"] };

test.each([
  "https://evil.example",
  "null",
  "http://app.example.com",
  "https://app.example.com:8443",
  "https://APP.example.com",
  "https://app.example.com.",
  "https://app.example.com.evil.example",
  "https://evilapp.example.com",
  "",
])("the origin %j is not https://app.example.com", (origin) => {
  expect(isOriginAllowed(origin, client)).toBe(false);
});

test("the listed origin passes, and so does a client that is no browser page", () => {
  expect(isOriginAllowed("https://app.example.com", client)).toBe(true);
  expect(isOriginAllowed(undefined, client)).toBe(true);
});

test("a star lets every page in, an empty list none", () => {
  expect(isOriginAllowed("https://anything.example", { allowed_origins: ["*"] })).toBe(true);
  expect(isOriginAllowed("https://anything.example", { allowed_origins: [] })).toBe(false);
});
