import type { TaskSearch, TaskSearchRequest } from "@switchyard/tasks/task-search";
import type { Static } from "typebox";
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
    const sees = narrowSightOf(request)?.has;
    const found = await orUnavailable(queue.search.find({ ...toRequest(request.query), sees }));
    const { tasks, cursor, ...page } = found;
    return { tasks: tasks.map(withIsoTimes), cursor: encodeCursor("tasks", cursor), ...withIsoTimes(page) };
  });
}

type Query = Static<typeof listTasksSchema.querystring>;

function toRequest({ cursor, group, since, until, ...query }: Query): TaskSearchRequest {
  return {
    ...query,
    cursor: cursor === undefined ? undefined : decodeCursor("tasks", cursor),
    group: group === undefined ? undefined : groupOrAll(group, "group"),
    sinceMs: readQueryTime("since", since),
    untilMs: readQueryTime("until", until),
  };
}
