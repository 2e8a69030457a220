import type { FastifyRequest } from "fastify";
import { ApiError } from "../errors/api-error.ts";
import { decodeJsonText, parseJson } from "../json/json-parser.ts";
import type { Scope } from "../scope.ts";
import { commandsMax } from "./command-runner.ts";

/**
 * Bodies of a scope are JSON documents one after the other, each on a line of its own, as gocent up to its third and cent up to
 * its fourth version send them; the handler gets them as a list. One document may be written over several lines, as people do.
 */
export function acceptCommandLines(scope: Scope): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async ({ headers }: FastifyRequest, body: Buffer) => {
      const text = decodeJsonText(body, headers);
      const lines = linesOf(text);
      if (lines.length <= 1) return [parseJson(text)];
      const first = attempt(() => parseJson(lines[0] ?? ""));
      // What is no document by itself is a part of the only one there is.
      if (first instanceof ApiError) return [parseJson(text)];
      // One bad line ends it: nothing has been done yet, and whoever wrote one has more of them to look through.
      return [first, ...lines.slice(1).map((line, index) => parseJson(line, `line ${index + 2}`))];
    },
  );
}

/** Not the empty ones, such as the one after the last. */
function linesOf(text: string): string[] {
  const lines = text.split("\n", commandsMax * 2).filter((line) => line.trim() !== "");
  if (lines.length <= commandsMax) return lines;
  throw new ApiError("body_too_large", `the body: must have ${commandsMax} commands or fewer`);
}

function attempt(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return error;
  }
}
