import { execFileSync } from "node:child_process";
import { findCircle, readSources, roomsOf } from "./rooms.ts";

// Part of `npm run check`: no two folders of a workspace may depend on each other, types included.
const paths = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts"], {
  encoding: "utf8",
})
  .split("\n")
  .filter(Boolean);
const workspaces = [...new Set(paths.flatMap((path) => /^(?:apps|packages)\/[^/]+\/src/.exec(path) ?? []))];
const circles = workspaces.flatMap((workspace) => {
  const circle = findCircle(roomsOf(readSources(workspace, paths)));
  return circle === undefined ? [] : [`${workspace}: ${circle.join(" → ")}`];
});
for (const circle of circles) console.error(`folders depend on each other: ${circle}`);
process.exitCode = circles.length > 0 ? 1 : 0;
