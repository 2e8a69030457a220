import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { callScripts } from "../call/call-scripts.ts";
import { bulkScripts } from "../bullmq/bulk/bulk-scripts.ts";
import { groupScripts } from "../bullmq/groups/group-scripts.ts";
import { readHeadsScript } from "../bullmq/search/read-heads.ts";
import { scheduleScripts } from "../schedules/schedule-scripts.ts";
import { beginAttempt } from "./begin-attempt.ts";
import { changeRecord } from "./change-record.ts";

const scripts = [
  beginAttempt,
  changeRecord,
  readHeadsScript,
  ...Object.values(groupScripts),
  ...Object.values(bulkScripts),
  ...Object.values(scheduleScripts),
  ...Object.values(callScripts),
];
const folders = [
  new URL(".", import.meta.url),
  new URL("../bullmq/groups/scripts/", import.meta.url),
  new URL("../bullmq/search/", import.meta.url),
  new URL("../bullmq/bulk/", import.meta.url),
  new URL("../schedules/scripts/", import.meta.url),
  new URL("../call/scripts/", import.meta.url),
];

test("every Lua file has a wrapper that is tested here", () => {
  const files = folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith(".lua"));
  expect(new Set(scripts.map(({ file }) => file.pathname.split("/").at(-1)))).toEqual(new Set(files));
});

test.each(scripts)("the header of $file.pathname names arguments as its wrapper does", (script) => {
  const lua = readFileSync(script.file, "utf8");
  const named = [...lua.matchAll(/^-- ARGV\[(\d+)\] (\w+)/gm)].map(([, position, name]) => [position, name]);
  expect(named).toEqual(script.args.map((name, index) => [String(index + 1), name]));
});

test.each(scripts)("$file.pathname reads exactly the arguments of its header", (script) => {
  const body = readFileSync(script.file, "utf8").replaceAll(/^--.*$/gm, "");
  const used = new Set(body.match(/ARGV\[\d+\]/g));
  expect(used.size).toBe(script.args.length);
});
