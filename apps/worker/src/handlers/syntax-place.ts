import { execFile } from "node:child_process";

/** A file is parsed in milliseconds, once a Node has started. */
const timeoutMs = 10_000;

/**
 * `file:line:column`, or `file:line`, of what could not be parsed when `path` was imported; undefined when nothing tells. Of TypeScript it stands in
 * front of the error's stack, and nowhere else; of JavaScript in what Node prints of an error that ends it, so it is asked.
 */
export async function syntaxPlace(path: string, stack: string): Promise<string | undefined> {
  return placeIn(stack) ?? placeIn(await checkWithNode(path));
}

/** `a.ts:2`, some lines of the file, and a caret under the column; none where the file's end came too early. */
function placeIn(text: string): string | undefined {
  const [, place, before] = /^(?:file:\/\/)?(\S[^\n]*:\d+)\n(?:(?:[^\n]*\n){1,6}?( *)\^)?/.exec(text) ?? [];
  return before === undefined ? place : `${place}:${before.length + 1}`;
}

function checkWithNode(path: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--check", path], { timeout: timeoutMs }, (_error, _stdout, stderr) => resolve(stderr));
  });
}
