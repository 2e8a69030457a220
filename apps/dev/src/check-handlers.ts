import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";
import { spawnBound } from "@switchyard/provision/spawn-bound";

const main = fileURLToPath(new URL("../../worker/src/main.ts", import.meta.url));
/** A module may wait for something at its top, for ever. */
const timeoutMs = 20_000;

/** Why a worker could not start with these settings and the handlers as they are now; undefined: it could. */
export async function checkHandlers(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const child = spawnBound(process.execPath, [main, "--check"], { env });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  child.stdout?.resume();
  const [said, [code, signal]] = await Promise.all([
    child.stderr === null ? "" : text(child.stderr),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  clearTimeout(timer);
  if (code === 0) return undefined;
  if (signal !== null) return `the handlers were not loaded within ${timeoutMs / 1_000} s`;
  return said.trim().replace(/^switchyard worker: /, "") || `a worker ended with code ${code}`;
}
