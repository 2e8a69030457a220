import { readFileSync } from "node:fs";

/** Names in capitals that stand for a text or a number in the Lua of ours. */
export type LuaConstants = Readonly<Record<string, string | number>>;

/**
 * A piece of Lua that stands in several scripts; a script is its pieces one after the other. Constants are written into the
 * text where their names stand: as variables they would have to be made each time a script runs.
 */
export function readChunk(file: URL, constants: LuaConstants = {}): string {
  const names = Object.keys(constants).join("|");
  const text = readFileSync(file, "utf8");
  if (names === "") return text;
  return text
    .split("\n")
    .map((line) => (isComment(line) ? line : inline(line, names, constants)))
    .join("\n");
}

/**
 * The same for what the Lua itself names in capitals and gives a number or a text at the beginning of a line. Each function that uses
 * a local of its script takes it along when it is made, which is each time the script runs.
 */
export function inlineLocals(lua: string): string {
  const constants = new Map<string, string>();
  const rest = lua.replaceAll(constantLocal, (_, name: string, value: string) => {
    constants.set(name, value.startsWith('"') ? value : `(${value})`);
    return "";
  });
  if (constants.size === 0) return lua;
  const names = new RegExp(`\\b(${[...constants.keys()].join("|")})\\b`, "g");
  return rest
    .split("\n")
    .map((line) => (isComment(line) ? line : line.replaceAll(names, (name) => constants.get(name) ?? name)))
    .join("\n");
}

const constantLocal = /^local ([A-Z][A-Z_]*) = ("(?:[^"\\]|\\.)*"|\d+(?: [*^] \d+)*)$/gm;

function isComment(line: string): boolean {
  return line.trimStart().startsWith("--");
}

function inline(line: string, names: string, constants: LuaConstants): string {
  return line.replaceAll(new RegExp(`\\b(${names})\\b`, "g"), (name) => {
    const value = constants[name] ?? "";
    return typeof value === "number" ? String(value) : luaText(value);
  });
}

/** Every byte that is not plain becomes `\ddd`: no text can end its literal. */
function luaText(text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[-\w:{}./ ]/.test(character) ? character : `\\${String(byte).padStart(3, "0")}`;
  });
  return `"${escaped.join("")}"`;
}
