import { ClientInfo } from "@switchyard/protocol/publication";
import Type from "typebox";

export const presenceSpec = {
  method: "presence",
  effect: "reads" as const,
  summary: "Who is in a channel",
  description: "Over all gateways, by client id. Of a large channel ask for `presence_stats` instead.",
  body: Type.Object(
    { channel: Type.String({ description: "Which channel." }) },
    { additionalProperties: false, examples: [{ channel: "room:1" }] },
  ),
  result: Type.Object(
    { presence: Type.Record(Type.String(), Type.Object(ClientInfo.properties, { title: "ClientInfo" })) },
    { title: "PresenceResult" },
  ),
  results: [{ presence: { "5c1b3f9a": { user: "alice", client: "5c1b3f9a", conn_info: { name: "Alice" } } } }],
};
