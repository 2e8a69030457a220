import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { spawnBound } from "./spawn-bound.ts";

/** Processes of the session that the child leads: itself, and the reader left behind. */
async function sessionOf(pid: number | undefined): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "sess=,pid=,stat="]);
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/));
  return rows.filter(([session, , state]) => session === String(pid) && state?.[0] !== "Z").map(([, id = ""]) => id);
}

test("the process is the program itself: its pid, its output, its exit code", async () => {
  const child = spawnBound("sh", ["-c", "echo $$; exit 7"]);
  const [output, [code]] = await Promise.all([child.stdout?.toArray(), once(child, "close")]);
  expect(Number(output?.join(""))).toBe(child.pid);
  expect(code).toBe(7);
});

test("nothing is left when the program ends by itself or is killed", async () => {
  for (const program of ["exit 0", "kill -KILL $$"]) {
    const child = spawnBound("sh", ["-c", program]);
    await once(child, "close");
    await expect.poll(() => sessionOf(child.pid), { timeout: 500 }).toEqual([]);
  }
});

test("the program is stopped when our end of the pipe is gone, as it is when we die", async () => {
  const child = spawnBound("sleep", ["600"]);
  await expect.poll(() => sessionOf(child.pid)).toHaveLength(2);
  child.stdio[3]?.destroy();
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGTERM");
});
