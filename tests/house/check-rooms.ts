import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { findSizeFaults } from "./file-sizes.ts";
import { findCircle, readSources, roomsOf } from "./rooms.ts";

// Part of `npm run check`: what no linter of a single file sees.
const paths = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" })
  .split("\n")
  .filter(Boolean);

// No two folders of a workspace depend on each other, types included.
const workspaces = [...new Set(paths.flatMap((path) => /^(?:apps|packages)\/[^/]+\/src/.exec(path) ?? []))];
const circles = workspaces.flatMap((workspace) => {
  const circle = findCircle(roomsOf(readSources(workspace, paths)));
  return circle === undefined ? [] : [`${workspace}: folders depend on each other: ${circle.join(" → ")}`];
});

const sources = paths.filter((path) =>
  /^(?:apps|packages)\/[^/]+\/(?:src\/.*(?<!\.test)\.(?:ts|mjs|lua)|.*\.css)$/.test(path),
);
const lines = new Map(sources.map((path) => [path, readFileSync(path, "utf8").split("\n").length - 1]));

const faults = [...circles, ...findSizeFaults(lines)];
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
