import type { ChannelPublisher } from "../../channels/channel-publisher.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { broadcastSpec } from "./schema.ts";

/** `POST /api/broadcast`, Centrifugo's. */
export function broadcast({ channels }: { readonly channels: ChannelPublisher }): RpcCommand {
  return defineRpc(broadcastSpec, async ({ channels: names, ...message }) => {
    const targets = names.map((channel, index) => ({ channel, field: `channels[${index}]` }));
    return { responses: await channels.publishEach(targets, message) };
  });
}
