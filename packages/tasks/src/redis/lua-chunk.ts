import { readFileSync } from "node:fs";

/** A piece of Lua that stands in several scripts; a script is its pieces one after the other. */
export function readChunk(file: URL): string {
  return readFileSync(file, "utf8");
}

/** Constants for the pieces that follow, so that they need no place among a script's arguments. */
export function luaConstants(constants: Readonly<Record<string, string | number>>): string {
  return Object.entries(constants)
    .map(([name, value]) => `local ${name} = ${typeof value === "number" ? String(value) : luaText(value)}\n`)
    .join("");
}

/** Every byte that is not plain becomes `\ddd`: no text can end its literal. */
function luaText(text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[-\w:{}./ ]/.test(character) ? character : `\\${String(byte).padStart(3, "0")}`;
  });
  return `"${escaped.join("")}"`;
}
