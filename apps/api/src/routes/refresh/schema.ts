import Type from "typebox";
import { Concerned } from "../../connections/concerned.ts";
import { targetFields } from "../../connections/connection-target.ts";

export const refreshSpec = {
  method: "refresh",
  summary: "Move the end of a user's connections",
  description: "Without `expire_at` they do not expire any more. With `expired` they are closed at once (3005).",
  body: Type.Object(
    {
      ...targetFields,
      expire_at: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 8_640_000_000_000, description: "Unix time in seconds; 0 is never." }),
      ),
      expired: Type.Optional(Type.Boolean({ default: false, description: "They have expired." })),
    },
    { additionalProperties: false, examples: [{ user: "alice", expire_at: 4_102_444_800 }] },
  ),
  result: Concerned,
};
