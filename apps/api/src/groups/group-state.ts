import Type from "typebox";
import { nullable } from "../nullable.ts";
import { GroupSettings } from "./group-settings.ts";

export const groupStatuses = ["idle", "ready", "maxed", "limited", "paused"] as const;

/** A group, as `/v1` answers it. */
export const GroupState = Type.Object({
  id: Type.String({ description: "Empty for the tasks without a group." }),
  status: Type.Enum([...groupStatuses], {
    description:
      "`idle`: nothing in it. `ready`: may start tasks. `maxed`: runs as many as it may. `limited`: has used up its rate. `paused`.",
  }),
  reason: nullable<string>("string", "Why, for people."),
  limitedUntilMs: nullable<number>("integer", "When its rate window opens, in milliseconds since 1970."),
  waiting: Type.Integer(),
  active: Type.Integer(),
  held: Type.Integer({ description: "Between two attempts and keeping their place." }),
  oldest: Type.Unsafe<{ id: string; enqueuedAtMs: number } | null>({
    type: ["object", "null"],
    properties: { id: Type.String(), enqueuedAtMs: Type.Integer() },
    description: "The task that is next in line.",
  }),
  deadLetters: Type.Integer({ description: "Tasks of it that failed for good and can be redriven." }),
  settings: GroupSettings,
});

export const CancelledCount = Type.Object({
  cancelled: Type.Integer({ description: "How many tasks were cancelled." }),
});
