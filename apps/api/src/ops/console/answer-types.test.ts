import type * as bulk from "@switchyard/console/bulk-acts";
import type * as inbox from "@switchyard/console/inbox";
import type * as schedules from "@switchyard/console/schedules";
import type * as tasks from "@switchyard/console/tasks";
import type { Static, TSchema } from "typebox";
import { expectTypeOf, test } from "vitest";
import type { toBulkAnswer } from "../../bulk/bulk-answer.ts";
import type { GroupState } from "../../groups/group-state.ts";
import type { InboxPageAnswer } from "../../inbox/inbox-answer.ts";
import type { countSchema, listSchema as listBulkActsSchema } from "../../routes/bulk-acts/schema.ts";
import type { explainTaskSchema } from "../../routes/explain-task/schema.ts";
import type { listAttemptsSchema } from "../../routes/list-attempts.ts";
import type { listDeadLettersSchema, listDeadReasonsSchema } from "../../routes/list-dead-letters.ts";
import type { listGroupsSchema } from "../../routes/list-groups.ts";
import type { listTasksSchema } from "../../routes/list-tasks/schema.ts";
import type { listSchedulesSchema } from "../../routes/read-schedules/schema.ts";
import type { toListItem, toScheduleAnswer } from "../../schedules/schedule-answer.ts";
import type { TaskRecord } from "../../tasks/task-record.ts";

type Answer<S extends { readonly response: { readonly 200: TSchema } }> = Static<S["response"][200]>;

// What `/ops/api` alone answers is written in these types itself; what `/v1` answers has a schema, and the two are held together here.
test("what the console reads of `/v1` is what its schemas promise; the compiler judges it", () => {
  expectTypeOf<Static<typeof GroupState>>().toExtend<tasks.GroupAnswer>();
  expectTypeOf<Answer<typeof listGroupsSchema>>().toExtend<tasks.GroupPageAnswer>();
  expectTypeOf<Answer<typeof listDeadLettersSchema>>().toExtend<tasks.DeadLetterPageAnswer>();
  expectTypeOf<Answer<typeof listTasksSchema>>().toExtend<tasks.TaskPageAnswer>();
  expectTypeOf<Static<typeof TaskRecord>>().toExtend<tasks.TaskAnswer>();
  expectTypeOf<Answer<typeof explainTaskSchema>>().toExtend<tasks.WhyAnswer>();
  expectTypeOf<Answer<typeof listAttemptsSchema>>().toExtend<tasks.AttemptsAnswer>();
  expectTypeOf<Answer<typeof listDeadReasonsSchema>>().toExtend<bulk.DeadReasonsAnswer>();
  expectTypeOf<Answer<typeof countSchema>>().toExtend<bulk.BulkCountAnswer>();
  expectTypeOf<Answer<typeof listBulkActsSchema>>().toExtend<bulk.BulkActListAnswer>();
  expectTypeOf<ReturnType<typeof toBulkAnswer>>().toExtend<bulk.BulkActAnswer>();
  expectTypeOf<Static<typeof InboxPageAnswer>>().toExtend<inbox.InboxPageAnswer>();
  // Of what it runs, only the time zone is shown.
  type Page = Answer<typeof listSchedulesSchema>;
  expectTypeOf<Pick<Page, "cursor">>().toExtend<Pick<schedules.SchedulePageAnswer, "cursor">>();
  expectTypeOf<Omit<Page["schedules"][number], "spec">>().toExtend<Omit<schedules.ScheduleSummaryAnswer, "spec">>();
  expectTypeOf<ReturnType<typeof toListItem>>().toExtend<Omit<schedules.ScheduleSummaryAnswer, "spec">>();
  expectTypeOf<Omit<ReturnType<typeof toScheduleAnswer>, "spec">>().toExtend<Omit<schedules.ScheduleAnswer, "spec">>();
});
