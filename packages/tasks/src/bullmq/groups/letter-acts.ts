import type { TaskId } from "@switchyard/protocol/task-id";
import type { DeadLetter, Page, PageRequest, TaskGroups } from "../../group.ts";
import { type GroupName, parseGroupName } from "../../group-name.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import { noteAct } from "../../past-act.ts";
import { checkedLimit, refuseCursor } from "../../page-request.ts";
import { groupScripts as scripts } from "./group-scripts.ts";

/** So many are read in one step, of a millisecond. */
const lettersAtOnce = 250;
/** So many are acted on one after the other over the connection; Redis serves others between any two. */
const actsAtOnce = 50;

/** What can be done to all dead letters of a group, and how they are listed. Those that come while it is done are left alone. */
export function createLetterActs(
  place: ScriptPlace,
  onDiscarded: (count: number) => void,
): Pick<TaskGroups, "deadLetters" | "redrive" | "discard"> {
  return {
    deadLetters: async (name, page) => deadLetters(place, parseGroupName(name, "id"), page),
    async redrive(name, asked, check = () => undefined) {
      const [group, note] = [parseGroupName(name, "id"), noteAct("retry", asked)];
      const queued = async (id: TaskId) => (await scripts.retryTask.run(place, { id, note })).verdict === "queued";
      return countActs(await lettersOf(place, group, check), queued);
    },
    async discard(name, asked) {
      const [group, note] = [parseGroupName(name, "id"), noteAct("discard", asked)];
      const discarded = async (id: TaskId) => {
        const { verdict } = await scripts.discardTask.run(place, { id, note });
        // One by one, as the line may be lost before all are.
        if (verdict === "discarded") onDiscarded(1);
        return verdict === "discarded";
      };
      return countActs(await lettersOf(place, group), discarded);
    },
  };
}

async function deadLetters(place: ScriptPlace, group: GroupName, page: PageRequest): Promise<Page<DeadLetter>> {
  const offset = Number(page.cursor === undefined || page.cursor === "" ? 0 : page.cursor);
  if (!Number.isSafeInteger(offset) || offset < 0) refuseCursor();
  const limit = checkedLimit(page.limit ?? 100);
  const [next, flat] = await scripts.listDeadLetters.run(place, { group, offset, limit });
  const items: DeadLetter[] = [];
  for (let index = 0; index + 4 < flat.length; index += 5) {
    const [id, handler = "", reason = "", attempts, failedAtMs] = flat.slice(index, index + 5);
    items.push({ id: id as TaskId, handler, reason, attempts: Number(attempts), failedAtMs: Number(failedAtMs) });
  }
  return { items, cursor: next === -1 ? "" : String(next) };
}

/** The oldest first. */
async function lettersOf(
  place: ScriptPlace,
  group: GroupName,
  check: (handler: string) => void = () => undefined,
): Promise<readonly TaskId[]> {
  const ids: TaskId[] = [];
  let cursor = "";
  do {
    const page = await deadLetters(place, group, { cursor, limit: lettersAtOnce });
    for (const { id, handler } of page.items) {
      check(handler);
      ids.push(id);
    }
    cursor = page.cursor;
  } while (cursor !== "");
  return ids.toReversed();
}

async function countActs(ids: readonly TaskId[], act: (id: TaskId) => Promise<boolean>): Promise<number> {
  let count = 0;
  for (let from = 0; from < ids.length; from += actsAtOnce) {
    // Over one connection, so in this order.
    const done = await Promise.all(ids.slice(from, from + actsAtOnce).map(act));
    count += done.filter(Boolean).length;
  }
  return count;
}
