import { readFile } from "node:fs/promises";

const importLine = /^import \{[^}]*\} from "(\.\/[-\w]+\.js)";\n/gm;

/**
 * Makes one plain script of modules that name each other by `import { … } from "./….js"` and nothing else: what a module needs stands
 * before it, and all are in one function, so no name of theirs is seen outside. Pages then load one file, as a module or as a classic
 * script, and people read small ones.
 *
 * Rejected: a bundler, which is a build step and a dependency for what are two regular expressions; and modules served as they are,
 * which cost a page a round trip per level.
 */
export async function joinModules(entry: URL): Promise<string> {
  const modules = new Map<string, string>();
  async function read(url: URL): Promise<void> {
    if (modules.has(url.href)) return;
    modules.set(url.href, "");
    const source = await readFile(url, "utf8");
    for (const [, path = ""] of source.matchAll(importLine)) await read(new URL(path, url));
    // Set anew: a map keeps the order of what is put in.
    modules.delete(url.href);
    modules.set(
      url.href,
      source
        .replaceAll(importLine, "")
        .replaceAll(/^export (?=\w)/gm, "")
        .trim(),
    );
  }
  await read(entry);
  return `(() => {\n"use strict";\n\n${[...modules.values()].join("\n\n")}\n})();\n`;
}
