import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Ledger } from "./ledger.ts";
import type { Verdict } from "./verdict.ts";

/** Ends the ledger and lets the oracle, a process of its own, judge it. */
export async function askOracle(ledger: Ledger): Promise<Verdict> {
  ledger.end();
  const oracle = fileURLToPath(new URL("./oracle.ts", import.meta.url));
  // A ledger of a long run does not fit the default heap; its verdict always fits the buffer.
  const args = ["--max-old-space-size=8192", oracle, ledger.path];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  return JSON.parse(stdout) as Verdict;
}
