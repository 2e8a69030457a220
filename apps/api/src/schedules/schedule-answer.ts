import { cronInWords } from "@switchyard/tasks/cron-text";
import type { LogEntry, ScheduleDescription, ScheduleSummary } from "@switchyard/tasks/schedule";
import type { ScheduleSpec } from "@switchyard/tasks/schedule-spec";
import Type from "typebox";
import { nullableTimeFields, timeFields, toIso, withIsoTimes } from "../shapes/iso-times.ts";
import { nullable } from "../shapes/nullable.ts";

const count = (description: string) => Type.Integer({ description });
const summaryFields = {
  id: Type.String(),
  revision: Type.Integer({ description: "Grows with each change of what it says; for `If-Match`." }),
  state: Type.Enum(["active", "paused", "finished"], {
    description: "A finished one has no tick to come and is forgotten after a day.",
  }),
  text: Type.String({ description: "When it runs, in words." }),
  textZh: Type.String({ description: "The same in Chinese." }),
  spec: nullable<object>(
    "object",
    "What it says, completed: `timing`, `task` or `publish`, and the policies. 0 is no bound, and has null for its ISO 8601. Null: what is stored cannot be read; put it again.",
  ),
  ...nullableTimeFields("nextAt", "When it fires next."),
  note: nullable<string>("string", "Why it is paused."),
  ...nullableTimeFields("pausedAt", "Since when it is paused; null where it is not, or nobody knows."),
  pausedBy: nullable<string>(
    "string",
    "Whose act that was: a person's name, or that of an API key. Null where it was the hub (`pauseAfter`, or a task that can no longer be enqueued), or nobody knows.",
  ),
  counts: Type.Object({
    fired: count("Tasks it has made."),
    missed: count("Ticks that were late and were passed over."),
    skipped: count("Ticks passed over because the task before had not ended."),
    failed: count("Its tasks that have failed, of those the next tick has looked at."),
  }),
  ...timeFields("createdAt", "When it was created."),
  ...timeFields("updatedAt", "When it was changed."),
};

const upcomingFields = {
  upcomingMs: Type.Array(Type.Integer(), { description: "Ticks to come, in milliseconds since 1970." }),
  upcoming: Type.Array(Type.String({ format: "date-time" }), { description: "The same as ISO 8601, UTC." }),
};

const warnings = Type.Array(Type.String(), {
  description:
    "Changes of the clock before the last of these ticks that its times fall into, and what comes of it; and a jitter longer than the time between two of them.",
});

const Firing = Type.Object(
  {
    outcome: Type.Enum(["fired", "missed", "skipped", "refused", "triggered", "backfilled"]),
    ...timeFields("tickAt", "The tick."),
    ...timeFields("loggedAt", "When that was decided."),
    count: count("How many ticks it stands for."),
    taskId: nullable<string>("string", "The task it made."),
  },
  { title: "Firing" },
);

const times = { createdAtMs: 1_767_225_600_000, createdAt: "2026-01-01T00:00:00.000Z" };
const example = {
  id: "daily-report",
  revision: 1,
  state: "active",
  text: "At 09:00, Monday through Friday",
  textZh: "在09:00，每星期一至星期五",
  spec: { timing: { kind: "cron", cron: "0 9 * * 1-5", timeZone: "Asia/Shanghai" }, task: { handler: "report" } },
  nextAtMs: 1_767_315_600_000,
  nextAt: "2026-01-02T01:00:00.000Z",
  note: null,
  pausedAtMs: null,
  pausedAt: null,
  pausedBy: null,
  counts: { fired: 0, missed: 0, skipped: 0, failed: 0 },
  ...times,
  updatedAtMs: times.createdAtMs,
  updatedAt: times.createdAt,
};
const upcoming = { upcomingMs: [1_767_315_600_000], upcoming: ["2026-01-02T01:00:00.000Z"] };

export const ScheduleListItem = Type.Object(summaryFields, { title: "ScheduleSummary", examples: [example] });
export const Schedule = Type.Object(
  {
    ...summaryFields,
    ...upcomingFields,
    warnings,
    last: nullable<object>("object", "Its newest task; `status` is null when nothing is known of it any more.", {
      properties: {
        ...timeFields("tickAt", "Its tick."),
        taskId: Type.String(),
        status: nullable<string>("string", "Of the task, now."),
      },
    }),
    recent: Type.Array(Firing, { description: "Up to ten, the newest first." }),
    running: Type.Array(Type.String(), { description: "Its recent tasks that have not ended." }),
  },
  { title: "Schedule", examples: [{ ...example, ...upcoming, warnings: [], last: null, recent: [], running: [] }] },
);
export const SchedulePreview = Type.Object(
  { text: summaryFields.text, textZh: summaryFields.textZh, spec: summaryFields.spec, ...upcomingFields, warnings },
  {
    title: "SchedulePreview",
    examples: [{ text: example.text, textZh: example.textZh, spec: example.spec, ...upcoming, warnings: [] }],
  },
);

export function toListItem(summary: ScheduleSummary) {
  const { id, revision, state, spec, nextAtMs, note, pausedAtMs, pausedBy, counts, createdAtMs, updatedAtMs } = summary;
  return withIsoTimes({
    id,
    revision,
    state,
    ...inWords(spec),
    spec: toSpecAnswer(spec),
    nextAtMs,
    note,
    pausedAtMs,
    pausedBy,
    counts,
    createdAtMs,
    updatedAtMs,
  });
}

export function toScheduleAnswer(found: ScheduleDescription) {
  const { upcomingMs, warnings: told, last, recent, running } = found;
  return {
    ...toListItem(found),
    ...toUpcoming(upcomingMs),
    warnings: [...told],
    last: last === null ? null : withIsoTimes({ tickAtMs: last.tickMs, taskId: last.taskId, status: last.status }),
    recent: recent.map(toFiring),
    running: [...running],
  };
}

/** Times beside each other as everywhere; the 0 of a bound that is not there is no time. */
export function toSpecAnswer(spec: ScheduleSpec | null) {
  if (spec === null) return null;
  const { timing } = spec;
  const twin = (ms: number) => (ms > 0 ? toIso(ms) : null);
  const once = timing.kind === "once" && { at: toIso(timing.atMs) };
  return { ...spec, timing: { ...timing, ...once, startAt: twin(timing.startAtMs), endAt: twin(timing.endAtMs) } };
}

export function toUpcoming(upcomingMs: readonly number[]) {
  return { upcomingMs: [...upcomingMs], upcoming: upcomingMs.map(toIso) };
}

function toFiring({ outcome, tickMs, atMs, count: ticks, taskId }: LogEntry) {
  return withIsoTimes({ outcome, tickAtMs: tickMs, loggedAtMs: atMs, count: ticks, taskId });
}

export function inWords(spec: ScheduleSpec | null) {
  if (spec === null) return { text: "cannot be read", textZh: "无法读取" };
  const { timing } = spec;
  switch (timing.kind) {
    case "cron":
      return { text: cronInWords(timing.cron, "en"), textZh: cronInWords(timing.cron, "zh") };
    case "every":
      return periodInWords(timing.everyMs);
    default: {
      const time = momentInWords(timing);
      return { text: `Once, at ${time}`, textZh: `一次，${time}` };
    }
  }
}

/** On the clock of the zone it was asked for in; a zone may be gone from this Node since. */
function momentInWords({ atMs, timeZone }: { readonly atMs: number; readonly timeZone?: string }): string {
  if (timeZone === undefined) return toIso(atMs);
  try {
    // Swedish dates are written as ISO 8601 has them.
    const shown = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    return `${shown.format(atMs)} ${timeZone}`;
  } catch {
    return toIso(atMs);
  }
}

const units = [
  [86_400_000, "day", "天"],
  [3_600_000, "hour", "小时"],
  [60_000, "minute", "分钟"],
  [1_000, "second", "秒"],
  [1, "millisecond", "毫秒"],
] as const;

function periodInWords(everyMs: number) {
  const [ms, name, nameZh] = units.find(([unitMs]) => everyMs % unitMs === 0) ?? units[4];
  const count = everyMs / ms;
  return { text: count === 1 ? `Every ${name}` : `Every ${count} ${name}s`, textZh: `每 ${count} ${nameZh}` };
}
