import Type from "typebox";
import { Concerned } from "../../connections/concerned.ts";
import { targetFields } from "../../connections/connection-target.ts";

export const unsubscribeSpec = {
  method: "unsubscribe",
  effect: "settles" as const,
  summary: "Take a user's connections out of a channel",
  description:
    "They are told by an `unsubscribe` push and stay connected. Nothing keeps a client from subscribing again, where its token or the namespace allows it.",
  body: Type.Object(
    { channel: Type.String({ description: "Which channel." }), ...targetFields },
    { additionalProperties: false, examples: [{ user: "alice", channel: "chat:lobby" }] },
  ),
  result: Concerned,
  results: [{ connections: 3 }],
};
