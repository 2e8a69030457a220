import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { apiErrors } from "../apps/api/src/errors/api-error.ts";
import { explainTaskSchema } from "../apps/api/src/routes/explain-task/schema.ts";
import { disconnectCodes, unsubscribeCodes } from "../packages/protocol/src/disconnect-codes.ts";
import { errorCodes } from "../packages/protocol/src/error-codes.ts";
import { taskFailureCodes } from "../packages/tasks/src/task.ts";

/** docs/troubleshooting.md explains every code and startup error that the source has, and none that it has not. */

const root = new URL("../", import.meta.url);
const page = readFileSync(new URL("docs/troubleshooting.md", root), "utf8");
const sources = globSync("{apps,packages}/*/src/**/*.{ts,mjs}", { cwd: root })
  .filter((path) => !path.includes(".test.") && !path.includes("/testing/") && !path.startsWith("packages/testkit"))
  .map((path) => ({ path, text: readFileSync(new URL(path, root), "utf8") }));

/** Cells of the rows below a heading, without the head of a table. */
function rows(heading: string): string[][] {
  const start = page.indexOf(`\n## ${heading}\n`);
  expect(start, heading).toBeGreaterThan(0);
  const end = page.indexOf("\n## ", start + 1);
  const lines = page.slice(start, end === -1 ? undefined : end).split("\n");
  const isHead = (index: number) => /^\| -+/.test(lines[index + 1] ?? "") || /^\| -+/.test(lines[index] ?? "");
  return lines
    .filter((line, index) => line.startsWith("|") && !isHead(index))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** The first cells of each row, joined; every row says what it means and what to do. */
function listed(heading: string, columns: number): string[] {
  const found = rows(heading);
  for (const row of found) expect(row.filter((cell) => cell !== "").length, row.join("|")).toBeGreaterThan(columns - 1);
  return found.map((row) => row.slice(0, columns).join(" ").replaceAll("`", "").trim());
}

test("every error of the client protocol is there, with its code and its message", () => {
  const codes = Object.values(errorCodes).map(({ code, message }) => `${code} ${message}`);
  expect(listed("A command of a client fails", 2)).toEqual(codes);
});

test("every close code is there: ours, those of a broken WebSocket, and those of an ordinary end", () => {
  const ours = [...Object.values(disconnectCodes), ...Object.values(unsubscribeCodes)];
  const lineEnd = sources.find(({ path }) => path.endsWith("/line-end.ts"))?.text ?? "";
  const websocket = new Set(Array.from(lineEnd.matchAll(/\b10\d\d\b/g), ([code]) => code));
  expect(websocket.size).toBeGreaterThan(7);
  const codes = [...websocket, ...ours.map(({ code, reason }) => `${code} ${reason}`)];
  expect(listed("A connection ends: close codes", 2).toSorted()).toEqual(codes.toSorted());
});

test("every status that an upgrade can be refused with is there", () => {
  const gateway = sources.filter(({ path }) => path.startsWith("apps/gateway/src/"));
  const refusals = gateway.flatMap(({ text }) => [...text.matchAll(/(?:status: |writeHead\()([45]\d\d)\b/g)]);
  const statuses = new Set([...refusals.map(([, status]) => status ?? ""), "502"]);
  expect(statuses.size).toBeGreaterThan(7);
  expect(listed("A WebSocket is refused", 1)).toEqual([...statuses].toSorted());
});

test("every code of the HTTP API is there, with its status", () => {
  const codes = Object.entries(apiErrors).map(([code, { status }]) => `${status} ${code}`);
  expect(listed("An HTTP request fails", 2)).toEqual(codes);
});

test("every reason why a hook has no answer is there", () => {
  const contract = sources.find(({ path }) => path === "packages/decisions/src/decision.ts")?.text ?? "";
  const reasons = contract.slice(contract.indexOf("export type FailureReason")).matchAll(/^ {2}\| "(\w+)"/gm);
  const names = Array.from(reasons, ([, name]) => name);
  expect(names.length).toBeGreaterThan(8);
  expect(listed("A hook gets no answer that can be used", 1)).toEqual(names);
});

test("every reason of a failed task is there, and every reason why one waits", () => {
  const { state } = explainTaskSchema.response[200].properties;
  const states = (state as unknown as { readonly enum: readonly string[] }).enum;
  expect(new Set(listed("A task fails", 1))).toEqual(new Set([...taskFailureCodes, ...states]));
});

/** The fixed parts of a text: what stands between `…` on the page, and between `${…}` in the source. */
const partsOf = (text: string, gap: RegExp) =>
  text
    .split(gap)
    .map((part) => part.trim())
    .filter((part) => part !== "");

test("every startup error is there, and every text that is there can be printed", () => {
  const exits = rows("A process does not start").filter(([first = ""]) => /^\d+$/.test(first));
  const runApp = sources.find(({ path }) => path.endsWith("runtime/src/run-app.ts"))?.text ?? "";
  const [, codes = ""] = /exitCodes = \{ (.*) \}/.exec(runApp) ?? [];
  expect(exits.map(([code]) => code)).toEqual(codes.match(/\d+/g));

  const explained = rows("A process does not start")
    .map(([first = ""]) => first)
    .filter((text) => text.startsWith("`"))
    .map((text) => partsOf(text.replace(/^`+ ?| ?`+$/g, ""), /…/));
  const all = sources.map(({ text }) => text);
  for (const parts of explained) {
    expect(
      all.some((text) => parts.every((part) => text.includes(part.replace(/"$/, "")))),
      parts.join("…"),
    ).toBe(true);
  }
  const thrown = sources.flatMap(({ text }) => [
    ...text.matchAll(/StartupError\(\s*"(?:config|environment)",\s*(?:\[)?(?:`((?:[^`\\]|\\.)*)`|"([^"]*)")/g),
  ]);
  expect(thrown.length).toBeGreaterThan(15);
  const isExplained = (message: string) => explained.some((parts) => parts.every((part) => message.includes(part)));
  const messages = thrown.map(([, template, text]) => (template ?? text ?? "").replaceAll("\\`", "`"));
  expect(messages.filter((message) => !isExplained(message))).toEqual([]);
});

test("every text of Redis' outages that /readyz can show is there", () => {
  const words = sources.find(({ path }) => path.endsWith("redis/src/plain-words.ts"))?.text ?? "";
  const shown = new Set(Array.from(words.matchAll(/words: "([^"]+)"/g), ([, text]) => text ?? ""));
  const explained = listed("A process is not ready", 1);
  expect(shown.size).toBeGreaterThan(5);
  expect([...shown].filter((text) => !explained.includes(text))).toEqual([]);
});
