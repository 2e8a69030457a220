import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { beginAttempt } from "./begin-attempt.ts";
import { changeRecord } from "./change-record.ts";
import { createRecord } from "./create-record.ts";

const scripts = [createRecord, beginAttempt, changeRecord];

test("every Lua file has a wrapper that is tested here", () => {
  const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".lua"));
  expect(new Set(scripts.map(({ file }) => file.pathname.split("/").at(-1)))).toEqual(new Set(files));
});

test.each(scripts)("the header of $file.pathname names keys and arguments as its wrapper does", (script) => {
  const lua = readFileSync(script.file, "utf8");
  const named = (kind: string) => [...lua.matchAll(new RegExp(`^-- ${kind}\\[(\\d+)\\] (\\w+)`, "gm"))];
  const inOrder = (names: readonly string[]) => names.map((name, index) => [String(index + 1), name]);
  expect(named("KEYS").map(([, position, name]) => [position, name])).toEqual(inOrder(script.keys));
  expect(named("ARGV").map(([, position, name]) => [position, name])).toEqual(inOrder(script.args));
});

test.each(scripts)("$file.pathname reads exactly the keys and arguments of its header", (script) => {
  const body = readFileSync(script.file, "utf8").replaceAll(/^--.*$/gm, "");
  const used = (kind: string) => new Set(body.match(new RegExp(`${kind}\\[\\d+\\]`, "g")));
  expect(used("KEYS").size).toBe(script.keys.length);
  expect(used("ARGV").size).toBe(script.args.length);
});
