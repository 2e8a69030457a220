import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inboxScripts } from "./inbox-scripts.ts";

const scripts = Object.values(inboxScripts);
/** All scripts have them in front, see chunks/inbox.lua. */
const common = ["terms", "ttlMs"];
const chunk = readFileSync(new URL("./chunks/inbox.lua", import.meta.url), "utf8");
const declaredIn = (lua: string, kind: string) =>
  Array.from(
    lua.matchAll(new RegExp(`^-- ${kind}\\[(\\d+)\\] (\\w+)`, "gm")),
    ([, position, name]) => `${position} ${name}`,
  );

test.each(scripts)("the header of $file.pathname and its wrapper name the same arguments", ({ file, args }) => {
  const all = [...common, ...args].map((name, index) => `${index + 1} ${name}`);
  const lua = readFileSync(file, "utf8");
  expect([...declaredIn(chunk, "ARGV"), ...declaredIn(lua, "ARGV")]).toEqual(all);
  const read = new Set(lua.replaceAll(/^--.*$/gm, "").match(/ARGV\[\d+\]/g));
  expect(read.size).toBe(args.length);
});

test("every script has its wrapper; a note is about notifications and has one of its own", () => {
  const files = globSync("scripts/*.lua", { cwd: import.meta.dirname }).map((path) => `${import.meta.dirname}/${path}`);
  const wrapped = scripts.map(({ file }) => file.pathname);
  expect(files.filter((file) => !wrapped.includes(file)).map((file) => file.split("/").at(-1))).toEqual([
    "note-notification.lua",
  ]);
  expect(wrapped.filter((file) => !files.includes(file))).toEqual([]);
});
