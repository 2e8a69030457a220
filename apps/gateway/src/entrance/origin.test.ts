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

const wildcard = ["https://*.example.com"];

test.each(["https://a.example.com", "https://a.b.example.com", "https://a-1.example.com"])(
  "%s is below example.com",
  (origin) => {
    expect(isOriginAllowed(origin, wildcard)).toBe(true);
  },
);

test.each([
  "https://example.com",
  "https://.example.com",
  "https://evilexample.com",
  "https://a.example.com.evil.example",
  "https://evil.example/.example.com",
  "https://evil.example?.example.com",
  "https://evil.example#.example.com",
  "https://user@a.example.com",
  "https://evil.example:443.example.com",
  "https://a..example.com",
  "http://a.example.com",
  "http://ab.example.com",
  "https://a.example.com:8443",
  "https://a.example.com, https://evil.example",
  "https://evil.example, https://a.example.com",
  "null",
])("%j is not below https://example.com", (origin) => {
  expect(isOriginAllowed(origin, wildcard)).toBe(false);
});

const anyPort = ["http://localhost:*", "http://[::1]:*"];

test.each(["http://localhost", "http://localhost:3000", "http://localhost:65535", "http://[::1]:5173"])(
  "%s is a port of this machine",
  (origin) => {
    expect(isOriginAllowed(origin, anyPort)).toBe(true);
  },
);

test.each([
  "https://localhost:3000",
  "http://localhost.evil.example",
  "http://localhost.evil.example:80",
  "http://localhost:3000.evil.example",
  "http://localhost:80@evil.example",
  "http://localhost:",
  "http://localhost:3000/",
  "http://evil.example/http://localhost:3000",
  "http://[::1]evil.example:80",
  "null",
])("%j is no port of this machine", (origin) => {
  expect(isOriginAllowed(origin, anyPort)).toBe(false);
});

test.each(["https://*", "*://a.example.com", "https://a.*.com", "https://*example.com", "https://*.com*"])(
  "the entry %s opens nothing it does not spell out",
  (entry) => {
    expect(isOriginAllowed("https://evil.example.com", [entry])).toBe(false);
  },
);
