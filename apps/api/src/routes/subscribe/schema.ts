import Type from "typebox";
import { Concerned } from "../../connections/concerned.ts";
import { targetFields } from "../../connections/connection-target.ts";

export const subscribeSpec = {
  method: "subscribe",
  summary: "Subscribe a user's connections to a channel",
  description:
    "Connections that are there now are subscribed by the server, whatever the namespace allows to clients, and told by a `subscribe` push. Later ones are not: give their tokens the channel.",
  body: Type.Object(
    { channel: Type.String({ description: "Which channel." }), ...targetFields },
    { additionalProperties: false, examples: [{ user: "alice", channel: "chat:lobby" }] },
  ),
  result: Concerned,
};
