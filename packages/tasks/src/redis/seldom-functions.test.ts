import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import { expect, test } from "vitest";
import { readStockScripts } from "../bullmq/groups/stock-scripts.ts";
import { groupConstants } from "../bullmq/groups/group-constants.ts";
import { groupPlace } from "../bullmq/groups/group-place.ts";
import { groupScripts } from "../bullmq/groups/group-scripts.ts";
import { bulkScripts } from "../bullmq/bulk/bulk-scripts.ts";
import { readHeadsScript } from "../bullmq/search/read-heads.ts";
import { seldomChunks, type WrappedName, wrappedScripts, wrapScript } from "../bullmq/groups/wrap-script.ts";
import { inlineLocals, readChunk } from "./lua-chunk.ts";
import { recordPrelude } from "./record-prelude.ts";
import { deferSeldom, seldom } from "./seldom-functions.ts";
import { createTaskKeys } from "./task-keys.ts";

const shared = "local call = redis.call\nlocal tasks = {}\n";

test("a function that is marked is made within another, with what stands in front of the script's own Lua in reach", () => {
  const prelude = `${shared}local count = 0\nfunction tasks.usual()\n  return 1\nend\nfunction tasks.odd() -- seldom\n  count = count + 1\nend\n`;
  const lua = deferSeldom(prelude, "local function help() -- seldom\nend\nreturn tasks.usual()");
  const [usual = "", made = "", body = ""] = lua.split(/local function makeSeldom\(\)|\nlocal seldom = /);
  expect(usual).toContain("local count = 0");
  expect(usual).toContain("function tasks.usual()");
  expect(made).toContain("function tasks.odd()");
  expect(made).toContain("local function help()");
  expect(body).toContain("return tasks.usual()");
  expect(body).not.toContain("help");
});

test("the table of functions is made as large as what usually stands in it", () => {
  const prelude = `${shared}function tasks.usual()\nend\nfunction tasks.odd() -- seldom\nend\n`;
  expect(deferSeldom(prelude, "return 1")).toContain("local call, tasks = redis.call, { usual = false }");
});

test("Lua without such a table stays as it is", () => {
  expect(deferSeldom("-- nothing", "return 1").trim()).toBe("-- nothing\n\nreturn 1");
});

test("what stands together is marked as a whole", () => {
  const lua = deferSeldom(`${shared}${seldom("local state\nfunction tasks.a()\nend")}`, "return 1");
  expect(lua.indexOf("local state")).toBeGreaterThan(lua.indexOf("local function makeSeldom()"));
});

/** What is local to functions that are seldom made, and used outside of them. */
function usedTooEarly(script: string): readonly string[] {
  const chunks = [...seldomChunks].map((name) =>
    readFileSync(new URL(`../bullmq/groups/chunks/${name}.lua`, import.meta.url), "utf8"),
  );
  const from = script.indexOf("local function makeSeldom()");
  const to = script.indexOf("local seldom = { __index");
  const locals = [
    ...script.slice(from, to).matchAll(/^local function (\w+)\(.* -- seldom$/gm),
    ...chunks.join("\n").matchAll(/^local (?:function )?(\w+)/gm),
  ].map(([, name]) => name ?? "");
  const rest = (script.slice(0, from) + script.slice(to)).replaceAll(/--.*$/gm, "");
  return locals.filter((name) => new RegExp(`(?<![.\\w"])${name}\\b(?!["\\w])`).test(rest));
}

test("nothing that is made each time uses a local of what is not, in any script", () => {
  const keys = createTaskKeys("test");
  const lua = { prelude: recordPrelude(keys, undefined), constants: groupConstants(keys), stock: readStockScripts() };
  const { prelude } = groupPlace(new Redis({ lazyConnect: true }), keys, lua.prelude);
  const own = Object.values({ ...groupScripts, ...bulkScripts }).map(({ file }) => file);
  for (const file of [...own, readHeadsScript.file])
    expect(usedTooEarly(inlineLocals(deferSeldom(prelude, readChunk(file, lua.constants)))), file.href).toEqual([]);
  for (const name of Object.keys(wrappedScripts) as WrappedName[])
    expect(usedTooEarly(wrapScript(name, lua)), name).toEqual([]);
  const script = wrapScript("moveToFinished", lua);
  const wrong = (call: string) => script.replace("tasks.closeUsual()\n", `tasks.closeUsual()\n${call}\n`);
  expect(usedTooEarly(wrong("factsOf(1)"))).toEqual(["factsOf"]);
  expect(usedTooEarly(wrong("buried = 1"))).toEqual(["buried"]);
});
