import type { TaskPage, TaskSearch, TaskSearchRequest } from "@switchyard/tasks/task-search";
import type { Static } from "typebox";
import { type CursorSeal, cursorSealOf } from "../../access/sealed-cursor.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { groupOrAll } from "../../groups/group-params.ts";
import { narrowSightOf } from "../../access/group-sight.ts";
import type { Scope } from "../../scope.ts";
import { readQueryTime, withIsoTimes } from "../../shapes/iso-times.ts";
import { decodeCursor, encodeCursor } from "../../shapes/page-cursor.ts";
import { listTasksSchema } from "./schema.ts";

/** `GET /v1/tasks`. */
export function listTasks(scope: Scope, { queue }: { readonly queue: { readonly search: TaskSearch } }): void {
  scope.get("/v1/tasks", { schema: listTasksSchema }, async (request) => {
    const [sight, seal] = [narrowSightOf(request), cursorSealOf(request)];
    const asked = toRequest(request.query, seal);
    // A hidden group is one that is not there: no cursor may tell that there was something to look at.
    const isHidden = sight !== undefined && asked.group !== undefined && !sight.has(asked.group);
    const found = await orUnavailable(
      isHidden ? findNone(queue.search) : queue.search.find({ ...asked, sees: sight?.has }),
    );
    const { tasks, cursor, ...page } = found;
    const next = encodeCursor("tasks", cursor === "" ? "" : seal.close(cursor));
    return { tasks: tasks.map(withIsoTimes), cursor: next, ...withIsoTimes(page) };
  });
}

type Query = Static<typeof listTasksSchema.querystring>;

/** What there is where nothing is. */
async function findNone(search: TaskSearch): Promise<TaskPage> {
  const { readAtMs } = await search.find({ limit: 1 });
  return { tasks: [], cursor: "", examined: 0, total: 0, isComplete: true, readAtMs };
}

function toRequest({ cursor, group, since, until, ...query }: Query, seal: CursorSeal): TaskSearchRequest {
  return {
    ...query,
    cursor: cursor === undefined ? undefined : seal.open(decodeCursor("tasks", cursor)),
    group: group === undefined ? undefined : groupOrAll(group, "group"),
    sinceMs: readQueryTime("since", since),
    untilMs: readQueryTime("until", until),
  };
}
