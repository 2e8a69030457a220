import type { Schedules } from "@switchyard/tasks/schedule";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { decodeCursor, encodeCursor } from "../../shapes/page-cursor.ts";
import { toListItem, toScheduleAnswer } from "../../schedules/schedule-answer.ts";
import { orUnknown } from "../../schedules/schedule-failures.ts";
import type { Scope } from "../../scope.ts";
import { getScheduleSchema, listSchedulesSchema } from "./schema.ts";

/** `GET /v1/schedules` and `GET /v1/schedules/:id`. */
export function readSchedules(
  scope: Scope,
  { schedules }: { readonly schedules: Pick<Schedules, "get" | "list"> },
): void {
  scope.get("/v1/schedules", { schema: listSchedulesSchema }, async ({ query: { cursor, limit = 100, state } }) => {
    const page = await orUnavailable(schedules.list({ cursor: decodeCursor("schedules", cursor), limit }));
    const found = page.items.filter((one) => state === undefined || one.state === state);
    return { schedules: found.map(toListItem), cursor: encodeCursor("schedules", page.cursor) };
  });

  scope.get("/v1/schedules/:id", { schema: getScheduleSchema }, async ({ params: { id } }) =>
    toScheduleAnswer(orUnknown(await orUnavailable(schedules.get(id)))),
  );
}
