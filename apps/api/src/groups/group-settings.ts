import type { GroupSettings as Settings, OnFailure } from "@switchyard/tasks/group";
import Type from "typebox";
import { nullable } from "../shapes/nullable.ts";

/** What can be set for a group; every field on its own. */
export const GroupSettings = Type.Object(
  {
    concurrency: nullable<number>(
      "integer",
      "Tasks of the group that run at the same time, over all workers; 1 by default. null: no bound, the default of the tasks without a group.",
      { minimum: 1, maximum: 100_000 },
    ),
    weight: Type.Number({
      minimum: 0.01,
      maximum: 1_000,
      description: "Its share beside other groups that have work; 1 by default.",
    }),
    rate: Type.Unsafe<Settings["rate"]>({
      type: ["object", "null"],
      properties: {
        max: Type.Integer({ minimum: 1, maximum: 1_000_000, description: "So many starts…" }),
        perMs: Type.Integer({
          minimum: 1,
          maximum: 86_400_000,
          description: "…in each window of so many milliseconds.",
        }),
      },
      required: ["max", "perMs"],
      additionalProperties: false,
      description: "Starts per window; null, the default: as many as can be.",
    }),
    onFailure: Type.Unsafe<OnFailure>({
      type: ["string", "object"],
      properties: { pauseAfter: Type.Integer({ minimum: 1, maximum: 1_000 }) },
      required: ["pauseAfter"],
      additionalProperties: false,
      description:
        'Between a failed attempt and the next: `"block"`, the default, keeps the place, so nothing overtakes; `"skip"` gives it free; `{"pauseAfter": n}` blocks, and pauses the group once n of its tasks in a row have failed for good.',
    }),
    maxSize: nullable<number>("integer", "Waiting tasks at most; null, the default: no bound.", {
      minimum: 1,
      maximum: 10_000_000,
    }),
    onFull: Type.Enum(["reject", "drop-oldest", "drop-newest"], {
      description: "What becomes of a task that finds the group full: 429, or one is cancelled with code `group_full`.",
    }),
  },
  { title: "GroupSettings" },
);
