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
  result: Type.Object({ presence: Type.Record(Type.String(), ClientInfo) }),
};
