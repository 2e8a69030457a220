import { expect, test } from "vitest";
import { splitStock, stockFunction } from "./stock-function.ts";
import { readKnownScripts, readStockScripts } from "./stock-scripts.ts";

const withoutComments = (lua: string) => lua.replaceAll(/--\[\[[\s\S]*?\]\]/g, "").replaceAll(/--.*$/gm, "");

test.each(Object.keys(readKnownScripts().scripts))(
  "%s is cut in two before it uses KEYS or ARGV, and stays whole",
  (name) => {
    const { content } = readStockScripts().get(name);
    const { head, body } = splitStock(content);
    expect([head, body].filter((part) => part !== "").join("\n")).toBe(content);
    expect(withoutComments(head)).not.toMatch(/KEYS|ARGV/);
  },
);

test("the functions of the stock script that ends an attempt are made once, not at each call", () => {
  const script = readStockScripts().get("moveToFinished");
  const { head, body } = splitStock(script.content);
  const functions = /\bfunction\b/g;
  expect(withoutComments(head).match(functions)?.length).toBeGreaterThan(20);
  expect(withoutComments(body)).not.toMatch(functions);
  const made = (isRepeated: boolean) => stockFunction(script, { isRepeated });
  expect(made(true)).toContain(`${head}\nmade = function(KEYS, ARGV)\n${body}\nend`);
  expect(made(false)).toContain(`stock.moveToFinished = function(KEYS, ARGV)\n${script.content}\nend`);
});

test("a script that uses its arguments within a function of its own is not cut", () => {
  const content = "local function f()\n  return ARGV[1]\nend\nreturn f()";
  expect(splitStock(content)).toEqual({ head: "", body: content });
});

test("arguments named in comments only do not count", () => {
  const head =
    "--[[\nKEYS[1] a key\n]]\n-- ARGV[1]\nlocal rcall = redis.call -- not KEYS\nlocal function f() return 1 end";
  expect(splitStock(`${head}\nreturn f(ARGV[1])`)).toEqual({ head, body: "return f(ARGV[1])" });
});
