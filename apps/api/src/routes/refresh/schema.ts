import Type from "typebox";
import { Concerned } from "../../connections/concerned.ts";
import { infoFields } from "../../connections/connection-info.ts";
import { targetFields } from "../../connections/connection-target.ts";
import { UnixTime } from "../../connections/unix-time.ts";

export const refreshSpec = {
  method: "refresh",
  effect: "settles" as const,
  summary: "Move the end of a user's connections",
  description:
    "Without `expire_at` they do not expire any more. With `expired` they are closed at once (3005). With `info` others see them by that from now on, in presence too; without it as before. They are told by a `refresh` push.",
  body: Type.Object(
    {
      ...targetFields,
      ...infoFields,
      expire_at: Type.Optional(UnixTime("When it ends; 0 is never.")),
      expired: Type.Optional(Type.Boolean({ default: false, description: "They have expired." })),
    },
    {
      additionalProperties: false,
      examples: [
        { user: "alice", expire_at: 4_102_444_800 },
        { user: "alice", expire_at: "2100-01-01T00:00:00Z" },
      ],
    },
  ),
  result: Concerned,
  results: [{ connections: 3 }],
};
