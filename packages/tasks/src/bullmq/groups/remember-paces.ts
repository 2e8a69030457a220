import { type PacedWorker, pacesOf } from "../../handler-pace.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { groupScripts as scripts } from "./group-scripts.ts";

const keepMs = 86_400_000;
/** Of handlers; they are names of settings, which change. */
const keptMax = 500;

/**
 * Keeps what handlers take for a day beyond the last worker, for the backlog. After a restart of all workers what waits would be taken for a second a task
 * otherwise, which is twenty times what tasks of 50 ms need, in the very moment when an autoscaler looks. @returns whether anything was known
 */
export async function rememberPaces(place: ScriptPlace, workers: readonly PacedWorker[]): Promise<boolean> {
  const paces = [...pacesOf(workers)].flatMap(([handler, pace]) => [handler, `${pace.seconds} ${pace.attemptSeconds}`]);
  if (paces.length === 0) return false;
  await scripts.rememberPaces.run(place, { paces: JSON.stringify(paces), keepMs, most: keptMax });
  return true;
}
