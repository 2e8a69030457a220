import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { methods } from "./command.ts";
import { disconnectCodes, unsubscribeCodes } from "./disconnect-codes.ts";
import { errorCodes } from "./error-codes.ts";

const page = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");

/** The rows of the table under a heading that begin with a number. */
function rows(heading: string, from: number, to: number): string[] {
  const section = page.slice(page.indexOf(heading));
  const all = Array.from(section.matchAll(/^\| (\d+) +\| (.+?) +\|/gm), ([, code, text]) => ({
    code: Number(code),
    text,
  }));
  return all.filter(({ code }) => code >= from && code < to).map(({ code, text }) => `${code} ${text}`);
}

test("docs/protocol.md lists exactly the error codes there are", () => {
  const table = Object.values(errorCodes).map(({ code, message }) => `${code} ${message}`);
  expect(rows("## Errors", 100, 2_000)).toEqual(table);
});

test("docs/protocol.md lists exactly the close codes there are", () => {
  const table = Object.values(disconnectCodes).map(({ code, reason }) => `${code} ${reason}`);
  expect(rows("## Ends of a connection", 3_000, 5_000)).toEqual(table);
});

test("docs/protocol.md lists exactly the unsubscribe codes there are", () => {
  const table = Object.values(unsubscribeCodes).map(({ code, reason }) => `${code} ${reason}`);
  expect(rows("## Ends of a connection", 2_000, 3_000)).toEqual(table);
});

test("docs/protocol.md lists exactly the commands there are", () => {
  const section = page.slice(page.indexOf("## Commands"), page.indexOf("## Pushes"));
  const listed = Array.from(section.matchAll(/^\| `(\w+)`/gm), ([, name]) => name);
  expect(new Set(listed)).toEqual(new Set(methods));
});

test("close reasons are what the SDK takes for a decision: not empty, not JSON, at most 123 bytes", () => {
  for (const { reason } of [...Object.values(disconnectCodes), ...Object.values(unsubscribeCodes)]) {
    expect(reason).toMatch(/^[a-z ]+$/);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  }
});
