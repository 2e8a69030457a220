import { readFileSync } from "node:fs";
import { errorCodes } from "@switchyard/protocol/error-codes";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { hookTimeoutMaxMs } from "@switchyard/runtime/proxy-object";
import { expect, test } from "vitest";

/** What docs/rpc.md says of calls, beside what the source says of them. */

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/rpc.md");

test("the page names every field of a caller that handlers are given", () => {
  const [, fields = ""] =
    /export interface Caller \{\n([\s\S]*?)^\}/m.exec(read("packages/tasks/src/handler.ts")) ?? [];
  const names = Array.from(fields.matchAll(/^ {2}readonly (\w+)\??:/gm), ([, name]) => name);
  expect(names.length).toBeGreaterThan(3);
  const [, listed = ""] = /"caller":\{([^}]*)\}/.exec(page) ?? [];
  expect(listed.split(",")).toEqual(names.map((name) => `"${name}"`));
});

test("every code of the table is one that clients are told, and the handler's own come last", () => {
  const codes = Array.from(page.matchAll(/^\| (\d{3}|own) /gm), ([, code]) => code);
  const known = Object.values(errorCodes).map(({ code }) => String(code));
  expect(codes.length).toBeGreaterThan(7);
  expect(codes.filter((code = "") => !known.includes(code))).toEqual(["own"]);
});

test("a handler has the time that the page says", () => {
  expect(page).toContain("`timeout`, 4.5 s at most");
  expect(checkSettings({}).rpc.without_namespace.timeout).toBe(`${hookTimeoutMaxMs}ms`);
  expect(hookTimeoutMaxMs).toBe(4_500);
});
