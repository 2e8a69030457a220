import { expect, test } from "vitest";
import { failureKindOf } from "./group-trouble.ts";

test.each([
  ["smtp timeout after 4172 ms", "smtp timeout after 873 ms"],
  ["no user 123", "no user 124"],
  ["no disk 7\nat a.js:12", "no disk 9\nat b.js:1"],
  ["HTTP/1.1 404 for order 12", "HTTP/1.1 404 for order 7"],
])("%s and %s are failures of one kind", (one, other) => {
  expect(failureKindOf(one)).toBe(failureKindOf(other));
});

test.each([
  ["HTTP 404", "HTTP 500"],
  ["HTTP/1.1 404 for order 12", "HTTP/1.1 503 for order 12"],
  ["status code: 404", "status code: 500"],
  ["421 try later", "550 no such user"],
  ["exited with code 1", "exited with code 137"],
])("%s and %s are failures of two kinds", (one, other) => {
  expect(failureKindOf(one)).not.toBe(failureKindOf(other));
});
