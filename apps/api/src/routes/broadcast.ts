import Type from "typebox";
import { repeatKey } from "../access/repeat-key.ts";
import type { ChannelPublisher } from "../channels/channel-publisher.ts";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";
import { BroadcastResult, isPublishedInTurn, messageFields } from "./publish/schema.ts";

const broadcastSpec = {
  method: "broadcast",
  keepsPlace: isPublishedInTurn,
  effect: "counts" as const,
  summary: "Publish the same to many channels",
  description: "One channel that fails does not keep the others from theirs: look at each of `responses`.",
  body: Type.Object(
    {
      channels: Type.Array(Type.String(), { minItems: 1, maxItems: 1000, description: "Where to, 1000 at most." }),
      ...messageFields,
    },
    {
      additionalProperties: false,
      examples: [{ channels: ["user:alice", "user:bob"], data: { text: "maintenance at noon" } }],
    },
  ),
  result: BroadcastResult,
  results: [
    {
      responses: [
        { result: { offset: 42, epoch: "6mGHPZ2W" } },
        { error: { code: 102, message: "unknown channel: channels[1]: no namespace `x` is configured" } },
      ],
    },
  ],
};

/** `POST /api/broadcast`, Centrifugo's. */
export function broadcast({ channels }: { readonly channels: ChannelPublisher }): RpcCommand {
  return defineRpc(broadcastSpec, async ({ channels: names, idempotency_key: key, ...message }, caller) => {
    const targets = names.map((channel, index) => ({ channel, field: `channels[${index}]`, apiKey: caller.apiKey }));
    const repeated = { ...message, repeatKey: repeatKey(caller, "idempotency_key", key) };
    return { responses: await channels.publishEach(targets, repeated) };
  });
}
