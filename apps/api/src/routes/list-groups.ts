import { topGroupsMax } from "@switchyard/tasks/backlog";
import type { GroupState, TaskGroups } from "@switchyard/tasks/group";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import Type from "typebox";
import { type GroupSight, narrowSightOf } from "../access/group-sight.ts";
import { retryOf } from "../effect.ts";
import { GroupState as GroupStateBody, groupStatuses, toGroupAnswer } from "../groups/group-state.ts";
import { createGroupsInSight } from "../groups/groups-in-sight.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";
import { decodeCursor, encodeCursor, NextCursor, pageFields } from "../shapes/page-cursor.ts";
import { restFailures, whenReading } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";

const failedGroupsMax = 50;

export const listGroupsSchema = {
  operationId: "listGroups",
  "x-retry": retryOf.reads,
  summary: "List groups",
  description:
    "The groups something waits or runs in, that are paused, have settings of their own or dead letters; in no order unless `sort` asks for one. While groups come and go one may be listed twice; one that is there all the time is listed. A page may be shorter or longer than `limit`: go on until `cursor` is null.",
  tags: ["groups"],
  querystring: Type.Object(
    {
      ...pageFields,
      sort: Type.Optional(
        Type.Enum(["waiting", "failed"], {
          description: `\`waiting\`: the ${topGroupsMax} groups with most tasks waiting, these first, in one page: those whose ranks /metrics tells. \`failed\`: up to ${failedGroupsMax} with dead letters, those first in which a task failed for good last. Without it there is no order.`,
        }),
      ),
      status: Type.Optional(Type.Enum([...groupStatuses], { description: "Only groups with this status." })),
    },
    { additionalProperties: false },
  ),
  response: {
    200: Type.Object(
      { groups: Type.Array(GroupStateBody), cursor: NextCursor },
      { title: "GroupPage", examples: [{ groups: [], cursor: null }] },
    ),
    ...restFailures(...whenReading),
  },
};

export interface ListGroupsDeps {
  readonly groups: Pick<TaskGroups, "list" | "get" | "trouble">;
  readonly queue: Pick<TaskQueue, "backlog">;
}

/** `GET /v1/groups`. */
export function listGroups(scope: Scope, { groups, queue }: ListGroupsDeps): void {
  const busyInSight = createGroupsInSight(groups);

  async function largest(sight: GroupSight | undefined): Promise<readonly GroupState[]> {
    if (sight !== undefined) return (await busyInSight(sight)).slice(0, topGroupsMax);
    const { groups: ranked } = await queue.backlog();
    const states = await Promise.all(ranked.map(({ group }) => groups.get(group)));
    return states.toSorted((a, b) => b.waiting - a.waiting);
  }

  async function failedLast(sight: GroupSight | undefined): Promise<readonly GroupState[]> {
    const { deadGroups } = await groups.trouble();
    const seen = deadGroups.filter(({ group }) => sight?.has(group) ?? true).slice(0, failedGroupsMax);
    return Promise.all(seen.map(({ group }) => groups.get(group)));
  }

  scope.get("/v1/groups", { schema: listGroupsSchema }, async (request) => {
    const { cursor, limit = 100, status, sort } = request.query;
    if (sort !== undefined) {
      const sight = narrowSightOf(request);
      const ranked = (await orUnavailable(sort === "waiting" ? largest(sight) : failedLast(sight))).filter(
        (group) => status === undefined || group.status === status,
      );
      return { groups: ranked.slice(0, limit).map(toGroupAnswer), cursor: null };
    }
    const page = await orUnavailable(groups.list({ cursor: decodeCursor("groups", cursor), limit, status }));
    return { groups: page.items.map(toGroupAnswer), cursor: encodeCursor("groups", page.cursor) };
  });
}
