import { missedPolicies, overlapPolicies } from "@switchyard/tasks/schedule-spec";
import Type from "typebox";
import { NotifyFields } from "../inbox/notification-request.ts";
import { TaskRequest } from "../tasks/task-request.ts";

/** A time as a request has it; checked where it is used, in one place for all. */
const time = (description: string) =>
  Type.Optional(
    Type.Unsafe<number | string>({
      type: ["integer", "string"],
      description: `${description} Milliseconds since 1970, or ISO 8601 with its offset.`,
    }),
  );
const whole = (minimum: number, maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum, maximum, description }));

const { delayMs: _delay, runAt: _runAt, idempotencyKey: _key, ...taskFields } = TaskRequest.properties;
const ScheduledTask = Type.Object(taskFields, {
  title: "ScheduledTask",
  additionalProperties: false,
  description:
    "As `POST /v1/tasks` takes it, without a time and a key of its own. `data` is an object or absent: its handler is told the tick in `data.schedule`.",
});

const names = (description: string) =>
  Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 1_000, description }));
const ScheduledPublication = Type.Object(
  {
    channel: Type.Optional(Type.String({ description: "Where to: `namespace:name`." })),
    channels: names("Several."),
    user: Type.Optional(Type.String({ description: "A user, on all devices." })),
    users: names("Several."),
    data: Type.Unknown({ description: "What is sent." }),
    tags: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  {
    title: "ScheduledPublication",
    additionalProperties: false,
    description: "What `hub.publish` publishes, to one target. The key needs the scope `publish`, too.",
  },
);

const ScheduledNotification = Type.Object(NotifyFields, {
  title: "ScheduledNotification",
  additionalProperties: false,
  description:
    "As `POST /v1/inbox` takes it, without a time and a key of its own. The key needs the scope `inbox`, too.",
});

/** Checked again by the schedules themselves, whose words name field and bound. */
export const ScheduleRequest = Type.Object(
  {
    cron: Type.Optional(
      Type.String({
        maxLength: 256,
        description: "Five fields, six with seconds in front, or `@daily`; `L`, `W` and `#` are known.",
      }),
    ),
    timeZone: Type.Optional(
      Type.String({ maxLength: 64, description: "Where `cron` or a local `at` holds, by its IANA name; UTC." }),
    ),
    everyMs: whole(1_000, 31_536_000_000, "A period, counted from 1970."),
    offsetMs: whole(0, 31_535_999_999, "By how much its ticks are moved; less than the period."),
    at: time("Once, or a local time with `timeZone`, `2027-01-01T09:00`."),
    atMs: Type.Optional(Type.Integer({ minimum: 0, description: "The same, milliseconds since 1970." })),
    fold: Type.Optional(Type.Enum(["first", "second"], { description: "Which, where a local time comes twice." })),
    task: Type.Optional(ScheduledTask),
    publish: Type.Optional(ScheduledPublication),
    notify: Type.Optional(ScheduledNotification),
    overlap: Type.Optional(
      Type.Enum([...overlapPolicies], { description: "When the task before has not ended; `skip` by default." }),
    ),
    missed: Type.Optional(
      Type.Enum([...missedPolicies], { description: "Ticks late by over a second; `run_once` by default." }),
    ),
    missedWindowMs: whole(
      1_000,
      31_536_000_000,
      "Later than this they do not run; a day, or 5 minutes for `publish` and `notify`.",
    ),
    jitterMs: whole(0, 3_600_000, "Each tick is put off by less than this, by id and tick."),
    startAt: time("No tick before."),
    startAtMs: Type.Optional(Type.Integer({ minimum: 0, description: "The same, milliseconds since 1970." })),
    endAt: time("No tick after."),
    endAtMs: Type.Optional(Type.Integer({ minimum: 0, description: "The same, milliseconds since 1970." })),
    maxRuns: whole(0, 1_000_000_000, "Tasks until it is finished, counted since it was created; 0: no bound."),
    pauseAfter: whole(0, 1_000, "Failures in a row until it is paused; 0: never."),
  },
  {
    title: "ScheduleRequest",
    additionalProperties: false,
    examples: [
      { cron: "0 9 * * 1-5", timeZone: "Asia/Shanghai", task: { handler: "test", data: { report: "daily" } } },
      { everyMs: 60_000, publish: { user: "alice", data: { text: "a minute has passed" } }, missed: "skip" },
      { cron: "0 9 * * 1", notify: { to: { users: ["alice"] }, item: { title: "The week's report is due" } } },
      { at: "2030-01-01T09:00", timeZone: "Europe/Berlin", publish: { user: "alice", data: "happy new year" } },
    ],
  },
);
