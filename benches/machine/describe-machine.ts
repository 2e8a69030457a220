import { execFile } from "node:child_process";
import { cpus, release, totalmem } from "node:os";
import { promisify } from "node:util";
import { canPin } from "./pin-process.ts";

/** What a figure means nothing without: processor, kernel, versions, and whether processes were tied to cores. */
export async function describeMachine(redisProgram: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(redisProgram, ["--version"]);
  const processors = cpus();
  return [
    `${processors.length} cores ${processors[0]?.model.trim() ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
    `Node ${process.version}, ${stdout.trim().split(" ").slice(0, 3).join(" ")}`,
    canPin()
      ? "server alone on core 0; Redis, publisher and clients on core 1"
      : "NOT pinned to cores (one core, or not Linux): figures wander and cannot be compared",
  ];
}
