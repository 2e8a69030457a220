import Type from "typebox";
import { Concerned, toConcerned } from "../connections/concerned.ts";
import { readTarget, targetFields } from "../connections/connection-fields.ts";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";
import type { SubscribeDeps } from "./subscribe/route.ts";

const unsubscribeSpec = {
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

/** `POST /api/unsubscribe`, Centrifugo's. */
export function unsubscribe({ control, checkChannel }: SubscribeDeps): RpcCommand {
  return defineRpc(unsubscribeSpec, async (fields, { apiKey }) => {
    const { channel } = checkChannel(fields.channel, { field: "channel", use: "unsubscribe", apiKey });
    return toConcerned(await control.ask({ kind: "unsubscribe", target: readTarget(fields), channel }));
  });
}
