import { readdir, readFile } from "node:fs/promises";
import { Script } from "node:vm";
import { expect, test } from "vitest";
import { joinModules } from "./join-modules.ts";

const directory = new URL("../../bell/", import.meta.url);
const declaration = /^(?:export )?(?:async )?(?:function|const|let|class) (\w+)/gm;

test("the bell is one plain script of all its modules, and says nothing to the page but its element", async () => {
  const script = await joinModules(new URL("switchyard-bell.js", directory));
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/^(?:import|export)\b/m);
  for (const file of await readdir(directory)) {
    const source = await readFile(new URL(file, directory), "utf8");
    const [, name] = /^export (?:const|class|function|async function) (\w+)/m.exec(source) ?? [];
    expect(script).toMatch(new RegExp(`^(?:async )?(?:function|const|class) ${name}\\b`, "m"));
  }
});

test("no two modules of the bell have a name in common, for in one script they would be one", async () => {
  const owners = new Map<string, string[]>();
  for (const file of await readdir(directory)) {
    const source = await readFile(new URL(file, directory), "utf8");
    for (const [, name = ""] of source.matchAll(declaration)) owners.set(name, [...(owners.get(name) ?? []), file]);
  }
  expect(owners.size).toBeGreaterThan(20);
  expect([...owners].filter(([, files]) => files.length > 1)).toEqual([]);
});

test("the bell makes no markup of texts and runs none: nothing in it takes HTML, code or inline styles", async () => {
  const script = await joinModules(new URL("switchyard-bell.js", directory));
  const dangerous =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\("style"|<style/;
  expect(script.replaceAll(/^\s*\/[/*].*$/gm, "")).not.toMatch(dangerous);
  expect("node.innerHTML = title").toMatch(dangerous);
});
