import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Mutant } from "./mutant.ts";

const run = promisify(execFile);

/** Longer than the slowest test file takes; a mutant that hangs its tests has been noticed. */
const testsTimeoutMs = 900_000;

/** A copy of the tree that may be broken. */
export interface Sandbox {
  /** Runs test files as they are, what fails once more; what vitest says when that fails, too, undefined when all pass. */
  failureOf(tests: readonly string[]): Promise<string | undefined>;
  /** The same with one change made, which is taken back afterwards. */
  failureWith(mutant: Mutant): Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * Copies what git knows and `node_modules` to a folder of its own. The installed packages are linked, not copied, as tests do
 * not write to them; the links between workspaces are relative, so that inside the copy they lead to the copy.
 */
export async function createSandbox(root: string): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), "switchyard-mutants-"));
  await run(
    "sh",
    ["-c", `git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$0"`, folder],
    {
      cwd: root,
    },
  );
  const installed = ["node_modules", ...(await workspacesWithModules(root))];
  for (const path of installed) await run("cp", ["-al", join(root, path), join(folder, path)]);

  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const node = join(folder, "node_modules/.bin/node");
  const options = ["--bail", "1", "--reporter", "dot", "--no-color"];
  const failureOf = (tests: readonly string[], more: readonly string[] = []) =>
    runTests(node, [vitest, "run", ...options, ...more, ...tests], folder);

  return {
    failureOf: (tests) => failureOf(tests, ["--retry", "1"]),
    async failureWith({ file, find, replace, tests }) {
      const path = join(folder, file);
      const original = await readFile(path, "utf8");
      await writeFile(
        path,
        original.replace(find, () => replace),
      );
      try {
        return await failureOf(tests);
      } finally {
        await writeFile(path, original);
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function workspacesWithModules(root: string): Promise<string[]> {
  const { stdout } = await run("sh", ["-c", "ls -d apps/*/node_modules packages/*/node_modules 2>/dev/null || true"], {
    cwd: root,
  });
  return stdout.split("\n").filter(Boolean);
}

async function runTests(node: string, args: readonly string[], folder: string): Promise<string | undefined> {
  // A process group of its own, so that what a test has started ends with it.
  const child = spawn(node, args, { cwd: folder, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const keep = (chunk: Buffer) => void (output = (output + chunk.toString()).slice(-8_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const timer = setTimeout(() => killGroup(child.pid), testsTimeoutMs);
  const code = await new Promise<number | null>((resolve) => void child.once("close", resolve));
  clearTimeout(timer);
  killGroup(child.pid);
  if (code === 0) return undefined;
  return code === null ? `the tests did not end within ${testsTimeoutMs / 1_000} s` : output;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}
