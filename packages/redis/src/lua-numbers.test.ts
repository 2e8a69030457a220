import { globSync, readFileSync } from "node:fs";
import { findInexactNumbers } from "@switchyard/testkit/inexact-numbers";
import { expect, test } from "vitest";

/** docs/decisions/0010-numbers-in-lua.md */
const root = new URL("../../..", import.meta.url).pathname;

test("no number becomes text by itself in any script of any package", () => {
  const files = globSync("{packages,apps}/*/src/**/*.lua", { cwd: root }).toSorted();
  expect(files.length).toBeGreaterThan(30);
  const sources = files.map((name) => ({ name, text: readFileSync(`${root}/${name}`, "latin1") }));
  expect(findInexactNumbers(sources)).toEqual([]);
});

test("scripts stand in files, where the check sees them", () => {
  const files = globSync("{packages,apps}/*/src/**/*.ts", { cwd: root }).filter(
    (name) => !/\.test\.ts$|testkit/.test(name),
  );
  expect(files.length).toBeGreaterThan(200);
  const isScript = (text: string) =>
    /\bredis\.p?call\(|\.eval(sha)?\(/.test(text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, ""));
  expect(files.filter((name) => isScript(readFileSync(`${root}/${name}`, "utf8")))).toEqual([]);
});

/** Lua 5.1 ends a text at its first NUL where it is formatted by %s: what stands behind it is lost, and another name is meant. */
const cutsTexts = (lua: string) => /string\.format\(\s*(["']).*?%-?\d*s.*?\1/.test(lua.replaceAll(/--.*$/gm, ""));

test("no script formats a text, which would end at a NUL", () => {
  const files = globSync("{packages,apps}/*/src/**/*.lua", { cwd: root });
  expect(files.filter((name) => cutsTexts(readFileSync(`${root}/${name}`, "latin1")))).toEqual([]);
  expect(cutsTexts('local x = string.format("%d:%s", count, entry)')).toBe(true);
});

const find = (...texts: readonly string[]) =>
  findInexactNumbers(texts.map((text, index) => ({ name: String.fromCharCode(97 + index), text })));

test.each([
  ["joined", 'return "(" .. tonumber(ARGV[1]) .. "-0"'],
  ["joined after arithmetic", 'local n = ARGV[1] + 1\nreturn "x" .. n'],
  ["joined after a count", 'local n = redis.call("INCR", KEYS[1])\nreturn "x" .. n'],
  ["joined after a length", 'return "x" .. #ARGV'],
  ["joined where it was written long", 'return "x" .. 1000000000000000'],
  ["handed to Redis", 'redis.call("ZADD", KEYS[1], ARGV[1] + 1, "m")'],
  ["handed to Redis under another name", 'local call = redis.call\ncall("SET", KEYS[1], tonumber(ARGV[1]))'],
  [
    "handed to Redis in a list",
    'local list = { "LIMIT", "0" }\nlist[3] = ARGV[1] * 2\nredis.call("ZRANGE", KEYS[1], unpack(list))',
  ],
  ["handed to Redis by pcall", 'redis.pcall("HSET", KEYS[1], "f", math.floor(ARGV[1]))'],
  ["tostring", "return tostring(tonumber(ARGV[1]))"],
  ["%s", 'return string.format("%s", ARGV[1] - 1)'],
  ["%g", 'return string.format("%g", ARGV[1] - 1)'],
  ["%.0f", 'return string.format("%.0f", ARGV[1] - 1)'],
  ["a format that is not written out", "return string.format(ARGV[1], 1)"],
  ["a fraction by %d", 'return string.format("%d", ARGV[1] / 2)'],
  ["table.concat", 'local list = {}\nlist[1] = ARGV[1] + 1\nreturn table.concat(list, ":")'],
  ["cjson", "return cjson.encode({ deep = { at = ARGV[1] + 1 } })"],
  ["a method of text", "local n = ARGV[1] + 1\nreturn string.sub(n, 1, 2)"],
  ["a replacement", 'return (string.gsub(ARGV[1], "x", #ARGV[1]))'],
  ["sha1hex", "return redis.sha1hex(ARGV[1] + 1)"],
  ["a reply", "return { ARGV[1] / 2 }"],
  ["a parameter", 'local function f(n) return "x" .. n end\nreturn f(tonumber(ARGV[1]))'],
  ["a result", 'local function f() return tonumber(ARGV[1]) end\nreturn "x" .. f()'],
  ["a second result", 'local function f() return "a", tonumber(ARGV[1]) end\nlocal a, b = f()\nreturn a .. b'],
  ["a field", 'local t = {}\nt.n = tonumber(ARGV[1])\nreturn "x" .. t.n'],
  [
    "a field of a table that is passed on",
    'local function f(t) t.n = #ARGV end\nlocal t = { n = "1" }\nf(t)\nreturn "x" .. t.n',
  ],
  ["one of two", 'local n = ARGV[2] == "1" and tonumber(ARGV[1]) or ARGV[1]\nreturn "x" .. n'],
  ["a position in a text", 'local a, b = string.match(ARGV[1], "^(%a):()")\nreturn a .. b'],
  ["a loop", 'for index in ipairs(ARGV) do redis.call("RPUSH", KEYS[1], index) end'],
  ["JSON that nobody looked at", 'return "x" .. cjson.decode(ARGV[1]).n'],
  ["a command nobody knows", 'return "x" .. redis.call("NEW", KEYS[1])'],
])("is found: %s", (_kind, text) => {
  expect(find(text)).toHaveLength(1);
});

test("is found across pieces of one script, at its line", () => {
  const chunk = "local tasks = {}\nfunction tasks.next(n)\n  return n + 1\nend";
  const script = '-- header\nlocal n = tasks.next(ARGV[1])\nreturn "x" .. n';
  expect(find(chunk, script)).toEqual(["b:3: a number becomes text by itself, joined by `..`"]);
});

test.each([
  'return string.format("%d", ARGV[1] + 1)',
  'return "(" .. ARGV[1] .. "-0"',
  'local n = tonumber(ARGV[1])\nif n > 0 then return "x" .. ARGV[1] end\nreturn n',
  'return redis.call("ZRANGE", KEYS[1], 0, -1, "LIMIT", 0, 500)',
  'redis.call("ZADD", KEYS[1], string.format("%.17g", ARGV[1] / 3), "m")',
  'local time = redis.call("TIME")\nreturn { time[1] * 1000 + math.floor(time[2] / 1000) }',
  'return redis.call("HGET", KEYS[1], "n") .. ":" .. QUEUE',
  'local a, b = string.match(ARGV[1], "^(%a):()")\nreturn string.sub(a, b)',
  'return "x" .. tonumber(ARGV[1]) -- exact: for this test',
])("is left alone: %s", (text) => {
  expect(find(text)).toEqual([]);
});
