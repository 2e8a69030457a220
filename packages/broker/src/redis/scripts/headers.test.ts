import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { historyScript } from "./history.ts";
import { listNodesScript } from "./list-nodes.ts";
import { publishScript } from "./publish.ts";
import { renewNodeScript } from "./renew-node.ts";

const scripts = [historyScript, listNodesScript, publishScript, renewNodeScript];

test.each(scripts)(
  "the header of $file.pathname and its wrapper name the same keys and arguments",
  ({ file, keys, args }) => {
    const lua = readFileSync(file, "utf8");
    const declared = (kind: string) => Array.from(lua.matchAll(new RegExp(`^-- ${kind}\\[(\\d+)\\] (\\w+)`, "gm")));
    for (const [kind, names] of [
      ["KEYS", keys],
      ["ARGV", args],
    ] as const) {
      expect(declared(kind).map(([, position, name]) => `${position} ${name}`)).toEqual(
        names.map((name, index) => `${index + 1} ${name}`),
      );
    }
  },
);

test("every Lua file of this folder has its wrapper in the list above", () => {
  const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".lua"));
  expect(new Set(scripts.map(({ file }) => file.pathname.split("/").at(-1)))).toEqual(new Set(files));
});
