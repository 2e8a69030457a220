import luaparse, { type CallExpression, type Chunk, type Node } from "luaparse";
import { elementsOf } from "./builtins.ts";
import { Flow } from "./flow.ts";
import type { Table, Value } from "./value.ts";

export interface LuaSource {
  /** For messages. */
  readonly name: string;
  /** One character per byte. */
  readonly text: string;
}

/** A comment with this on the line says why what is found there is exact all the same. */
const excuse = "-- exact: ";

/**
 * Where a number may become text by itself in scripts, as `<file>:<line>: <what>`. Lua writes 14 digits then (`1e+15`), and
 * so does cjson; Redis writes arguments of its commands in ways that differ from version to version. Only `%d` gives the digits of
 * a whole number, and `%.17g` those of any other. What nothing shows to
 * be a text is reported too; JSON that a script decodes, and replies of scripts that are not among the sources, are such.
 *
 * The sources are taken together: pieces of the same scripts know each other's names.
 */
export function findInexactNumbers(sources: readonly LuaSource[]): string[] {
  const chunks = sources.map(({ text }) =>
    luaparse.parse(text, { luaVersion: "5.1", locations: true, encodingMode: "x-user-defined" }),
  );
  const flow = new Flow(chunks);
  return sources.flatMap((source, index) => inspect(flow, chunks[index] as Chunk, source));
}

function inspect(flow: Flow, chunk: Chunk, { name, text }: LuaSource): string[] {
  const lines = text.split("\n");
  const found = new Set<string>();
  function report(node: Node, what: string): void {
    const line = node.loc?.start.line ?? 0;
    if (!lines[line - 1]?.includes(excuse)) found.add(`${name}:${line}: ${what}`);
  }
  function expectText(value: Value | undefined, node: Node, where: string): void {
    if (value?.isNumber === true) report(node, `a number becomes text by itself, ${where}`);
    else if (value?.kinds.has("text") !== true) report(node, `it cannot be told that this is text, ${where}`);
  }

  flow.visit(chunk, {
    onConcat: (operand, node) => expectText(operand, node, "joined by `..`"),
    onReply(reply, node) {
      if (reaches(reply, (value) => value.kinds.has("fraction"))) report(node, "a reply loses its fraction");
    },
    onCall(builtin, args, node) {
      const label = `as an argument of ${builtin}`;
      if (builtin === "string.format") checkFormat(args, node, { expectText, report });
      else if (builtin === "table.concat") expectText(elementsOf(args[0]), node, label);
      else if (builtin === "cjson.encode") {
        if (reaches(args[0], (value) => value.isNumber)) report(node, "cjson writes a number with 14 digits");
        if (reaches(args[0], isUnknown)) report(node, "cjson may write a number with 14 digits");
      } else {
        const texts = textArguments(builtin);
        args.slice(0, texts).forEach((argument, index) => expectText(argument, node.arguments[index] ?? node, label));
      }
    },
  });
  return [...found];
}

const isUnknown = ({ kinds }: Value): boolean => kinds.has("unknown") && !kinds.has("text");

/** How many arguments, from the first, are turned into text by what is called. */
function textArguments(builtin: string): number {
  if (builtin === "redis.call" || builtin === "redis.pcall") return Number.POSITIVE_INFINITY;
  if (builtin === "string.gsub") return 3;
  if (/^string\.(match|gmatch|find)$/.test(builtin)) return 2;
  return /^(string\.(?!char|format)|tostring$|redis\.(sha1hex|error_reply|status_reply)$)/.test(builtin) ? 1 : 0;
}

interface Verdicts {
  readonly expectText: (value: Value | undefined, node: Node, where: string) => void;
  readonly report: (node: Node, what: string) => void;
}

function checkFormat(args: readonly Value[], node: CallExpression, { expectText, report }: Verdicts): void {
  const [format] = node.arguments;
  if (format?.type !== "StringLiteral") {
    report(node, "the format is not written out");
    return;
  }
  const directives = [...format.value.matchAll(/%[-+ #0]*\d*(\.\d+)?([a-zA-Z%])/g)].filter(
    ([, , letter]) => letter !== "%",
  );
  directives.forEach(([directive, , letter = ""], index) => {
    const [value, argument] = [args[index + 1], node.arguments[index + 1] ?? node];
    if (letter === "s" || letter === "q") expectText(value, argument, `by ${directive}`);
    else if (letter === "d" && value?.kinds.has("fraction") === true) report(argument, "%d leaves the fraction out");
    else if (!["d", "x", "c"].includes(letter) && directive !== "%.17g")
      report(argument, `${directive} does not write every digit`);
  });
}

function reaches(value: Value | undefined, test: (value: Value) => boolean, seen = new Set<Table>()): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  for (const table of value.tables) {
    if (seen.has(table)) continue;
    seen.add(table);
    if ([table.elements, ...table.fields.values()].some((inner) => reaches(inner, test, seen))) return true;
  }
  return false;
}
