import { expect, test } from "vitest";
import { findBodyFault } from "./body-form.ts";

test.each([
  {},
  { "content-encoding": "identity" },
  { "content-encoding": "Identity" },
  { "content-type": "application/json" },
  { "content-type": 'application/json; charset="UTF-8"' },
  { "content-type": "application/json;charset=us-ascii" },
])("a body is taken whose form is plain UTF-8: %j", (headers) => {
  expect(findBodyFault(headers)).toBeUndefined();
});

test.each([
  [{ "content-encoding": "gzip" }, "the body must not be compressed"],
  [{ "content-encoding": "identity, gzip" }, "the body must not be compressed"],
  [{ "content-type": "application/json; charset=utf-16" }, "send the body as UTF-8"],
  [{ "content-type": "application/json; x=y; Charset = latin1" }, "send the body as UTF-8"],
])("a body of another form is refused, and told what to change: %j", (headers, fault) => {
  expect(findBodyFault(headers)).toBe(fault);
});
