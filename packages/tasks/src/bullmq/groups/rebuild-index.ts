import type { RebuiltIndex } from "../../group.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { groupScripts as scripts } from "./group-scripts.ts";

/** In steps, beside running workers; what comes in meanwhile indexes itself. */
export async function rebuildIndex(place: ScriptPlace): Promise<RebuiltIndex> {
  let [tasks, restored] = [0, 0];
  // Places first, or tasks would be started beside those that run.
  for (const state of ["active", "delayed", "prioritized"]) {
    let cursor = "0";
    do {
      const [next, seen, lost] = await scripts.adoptTasks.run(place, { state, cursor });
      tasks += seen;
      restored += lost;
      cursor = next;
    } while (cursor !== "0");
    // As soon as places are known: a group may have been held up by one that nobody holds.
    if (state === "active") await reconcileFrom(place, "0");
  }
  return { tasks, restored };
}

/** Makes good what is wrong with places, in steps, unless somebody has done so a moment ago. */
export async function reconcileGroups(place: ScriptPlace): Promise<void> {
  await reconcileFrom(place, "");
}

async function reconcileFrom(place: ScriptPlace, begin: string): Promise<void> {
  let cursor = begin;
  do cursor = await scripts.reconcileGroups.run(place, { cursor });
  while (cursor !== "0");
}

/** {@link rebuildIndex}, unless somebody has done so lately or is at it. */
export async function rebuildLostIndex(place: ScriptPlace): Promise<void> {
  if (await scripts.claimIndex.run(place, { mayClaim: 1 })) await rebuildIndex(place);
}
