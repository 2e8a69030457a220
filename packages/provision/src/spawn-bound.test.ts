import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { spawnBound } from "./spawn-bound.ts";

/** Names of the processes of the session that the child leads: itself, and the reader left behind. */
async function sessionOf(pid: number | undefined): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "sess=,stat=,comm="]);
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([session, state]) => session === String(pid) && state?.[0] !== "Z")
    .map(([, , name = ""]) => name);
}

test("the process is the program itself: its pid, its output, its exit code", async () => {
  const child = spawnBound("sh", ["-c", "echo $$; exit 7"]);
  const [output, [code]] = await Promise.all([child.stdout?.toArray(), once(child, "close")]);
  expect(Number(output?.join(""))).toBe(child.pid);
  expect(code).toBe(7);
});

test("nothing is left when the program ends by itself or is killed", { timeout: 15_000 }, async () => {
  for (const program of ["exit 0", "kill -KILL $$"]) {
    const child = spawnBound("sh", ["-c", program]);
    await once(child, "close");
    const seen: string[] = [];
    const left = async () => {
      const names = await sessionOf(child.pid);
      seen.push(...names);
      return names;
    };
    await expect.poll(left, { timeout: 5_000 }).toEqual([]);
    // A reader that was not told of the end goes too, but by stopping a process that is no longer there, second by second.
    expect(seen).not.toContain("sleep");
  }
});

test("the program is stopped when our end of the pipe is gone, as it is when we die", { timeout: 15_000 }, async () => {
  const child = spawnBound("sleep", ["600"]);
  await expect.poll(() => sessionOf(child.pid), { timeout: 5_000 }).toHaveLength(2);
  child.stdio[3]?.destroy();
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGTERM");
});
