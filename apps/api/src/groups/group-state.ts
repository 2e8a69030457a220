import type { GroupState as State } from "@switchyard/tasks/group";
import Type from "typebox";
import { nullableTimeFields, timeFields, withIsoTimes } from "../shapes/iso-times.ts";
import { nullable } from "../shapes/nullable.ts";
import { GroupSettings } from "./group-settings.ts";

export const groupStatuses = ["idle", "ready", "maxed", "limited", "paused", "throttled"] as const;

/** A group, as `/v1` answers it. */
export const GroupState = Type.Object(
  {
    id: Type.String({ description: "Empty for the tasks without a group." }),
    status: Type.Enum([...groupStatuses], {
      description:
        "`idle`: nothing in it. `ready`: may start tasks. `maxed`: runs as many as it may. `limited`: has used up its rate. `paused`: it, or the whole queue. `throttled`: the whole queue is at a limit that a dashboard or a BullMQ client has set.",
    }),
    reason: nullable<string>("string", "Why, for people."),
    ...nullableTimeFields("pausedAt", "Since when it itself is paused; null where it is not, or nobody knows."),
    pausedBy: nullable<string>(
      "string",
      "Whose act that was: a person's name, or that of an API key. Null where it was `pauseAfter`, or nobody knows.",
    ),
    ...nullableTimeFields("limitedUntil", "When its rate window opens."),
    waiting: Type.Integer(),
    active: Type.Integer(),
    held: Type.Integer({ description: "Between two attempts and keeping their place." }),
    oldest: Type.Unsafe<{ id: string; enqueuedAtMs: number; enqueuedAt: string } | null>({
      type: ["object", "null"],
      properties: { id: Type.String(), ...timeFields("enqueuedAt", "When it was enqueued.") },
      description: "The task that is next in line.",
    }),
    deadLetters: Type.Integer({ description: "Tasks of it that failed for good and can be redriven." }),
    settings: GroupSettings,
    hasOwnSettings: Type.Boolean({
      description:
        "Something was set for it with `PUT /v1/groups/{id}`, which `DELETE /v1/groups/{id}/settings` takes back.",
    }),
  },
  {
    title: "Group",
    examples: [
      {
        id: "customer-7",
        status: "limited",
        reason: "10 starts in 1000 ms",
        pausedAtMs: null,
        pausedAt: null,
        pausedBy: null,
        limitedUntilMs: 1_767_225_600_500,
        limitedUntil: "2026-01-01T00:00:00.500Z",
        waiting: 3,
        active: 1,
        held: 0,
        oldest: {
          id: "t_irrK3QyEOpEivnJLCDJF7",
          enqueuedAtMs: 1_767_225_600_000,
          enqueuedAt: "2026-01-01T00:00:00.000Z",
        },
        deadLetters: 0,
        settings: {
          concurrency: 1,
          weight: 1,
          rate: { max: 10, perMs: 1_000 },
          onFailure: "block",
          maxSize: null,
          onFull: "reject",
        },
        hasOwnSettings: true,
      },
    ],
  },
);

/** Its times in both ways, the oldest task's too. */
export function toGroupAnswer(state: State) {
  return withIsoTimes({ ...state, oldest: state.oldest === null ? null : withIsoTimes(state.oldest) });
}
