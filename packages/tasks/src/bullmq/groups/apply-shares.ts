import type { Settings } from "@switchyard/runtime/settings";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { groupScripts as scripts } from "./group-scripts.ts";

/** Of groups and of tasks that are put back in line in one step. */
const stepSize = 100;

/**
 * Writes the shares of a catalog's handlers (`concurrency`). Of handlers that another worker has and this one has not it says nothing;
 * where two catalogs say different things of one handler, the worker that has started last is right.
 */
export async function applyShares(place: ScriptPlace, handlers: Settings["handlers"]): Promise<void> {
  for (const [handler, { concurrency = 0 }] of Object.entries(handlers)) {
    if (!(await scripts.setShare.run(place, { handler, concurrency }))) continue;
    const recall = () => scripts.recallShare.run(place, { handler, limit: stepSize });
    // Workers look at what is put back meanwhile and may put it aside again, so what is left need never be nothing: once is enough.
    for (let left = await recall(); left > 0; left -= stepSize) await recall();
  }
}
