import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as alertScripts from "./alerts/alert-scripts.ts";
import { historyScript, removeHistoryScript } from "./channel/history-script.ts";
import { publishScript } from "./channel/publish-script.ts";
import * as connectionScripts from "./connections/connection-scripts.ts";
import { keepFiguresScript } from "./figures/redis-figures.ts";
import * as loginScripts from "./logins/login-scripts.ts";
import * as nodeScripts from "./nodes/node-scripts.ts";
import * as occupancyScripts from "./occupancy/occupancy-scripts.ts";
import { presenceAddScript } from "./presence/presence-add-queue.ts";
import * as presenceScripts from "./presence/presence-scripts.ts";
import * as revocationScripts from "./revocations/revocation-scripts.ts";

const scripts = [
  alertScripts,
  { historyScript, presenceAddScript, publishScript, removeHistoryScript },
  connectionScripts,
  { keepFiguresScript },
  loginScripts,
  nodeScripts,
  occupancyScripts,
  presenceScripts,
  revocationScripts,
]
  .flatMap((module): readonly unknown[] => Object.values(module))
  .filter((script) => typeof script === "object" && !Array.isArray(script)) as {
  file: URL;
  keys: readonly string[];
  args: readonly string[];
}[];

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

test.each([historyScript, presenceAddScript, publishScript])(
  "the header of $file.pathname, a script of many things, names what each of them has",
  ({ file, ofEach }) => {
    const lua = readFileSync(file, "utf8");
    for (const [kind, names] of Object.entries(ofEach)) expect(lua).toContain(`-- ${kind}: ${names.join(", ")}\n`);
  },
);

test("every Lua file has its wrapper beside it; a chunk stands in front of others and has none", () => {
  const files = globSync("*/*.lua", { cwd: import.meta.dirname, exclude: ["chunks"] }).map(
    (path) => `${import.meta.dirname}/${path}`,
  );
  expect(files.length).toBeGreaterThan(10);
  expect(scripts.map(({ file }) => file.pathname).toSorted()).toEqual(files.toSorted());
});
