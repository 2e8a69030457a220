import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { buryNodeScript } from "./bury-node.ts";
import { claimDeadNodeScript } from "./claim-dead-node.ts";
import { historyScript } from "./history.ts";
import { listLeasesScript } from "./list-leases.ts";
import { listRevocationsScript } from "./list-revocations.ts";
import { listNodesScript } from "./list-nodes.ts";
import { presenceAddScript } from "./presence-add.ts";
import { presenceLingerScript } from "./presence-linger.ts";
import { presenceRemoveScript } from "./presence-remove.ts";
import { presenceStatsScript } from "./presence-stats.ts";
import { publishScript } from "./publish.ts";
import { removeHistoryScript } from "./remove-history.ts";
import { renewNodeScript } from "./renew-node.ts";
import { restoreRevocationsScript } from "./restore-revocations.ts";
import { revokeScript } from "./revoke.ts";

const scripts = [
  buryNodeScript,
  claimDeadNodeScript,
  historyScript,
  listLeasesScript,
  listNodesScript,
  presenceAddScript,
  presenceLingerScript,
  presenceRemoveScript,
  presenceStatsScript,
  publishScript,
  removeHistoryScript,
  renewNodeScript,
  restoreRevocationsScript,
  listRevocationsScript,
  revokeScript,
];

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
