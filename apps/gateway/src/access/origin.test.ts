import { expect, test } from "vitest";
import { isOriginAllowed } from "./origin.ts";

const allowed = ["https://app.example.com"];

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
  expect(isOriginAllowed(origin, allowed)).toBe(false);
});

test("the listed origin passes, and so does a client that is no browser page", () => {
  expect(isOriginAllowed("https://app.example.com", allowed)).toBe(true);
  expect(isOriginAllowed(undefined, allowed)).toBe(true);
});

test("a star lets every page in, an empty list none", () => {
  expect(isOriginAllowed("https://anything.example", ["*"])).toBe(true);
  expect(isOriginAllowed("https://anything.example", [])).toBe(false);
});
