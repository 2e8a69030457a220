import { repeatKey } from "../../access/repeat-key.ts";
import type { ChannelPublisher } from "../../channels/channel-publisher.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { broadcastSpec } from "./schema.ts";

/** `POST /api/broadcast`, Centrifugo's. */
export function broadcast({ channels }: { readonly channels: ChannelPublisher }): RpcCommand {
  return defineRpc(broadcastSpec, async ({ channels: names, idempotency_key: key, ...message }, caller) => {
    const targets = names.map((channel, index) => ({ channel, field: `channels[${index}]`, apiKey: caller.apiKey }));
    const repeated = { ...message, repeatKey: repeatKey(caller, "idempotency_key", key) };
    return { responses: await channels.publishEach(targets, repeated) };
  });
}
