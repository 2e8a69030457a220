import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { checkKeepsPresence } from "../presence/check-keeps-presence.ts";
import type { PresenceDeps } from "../presence/route.ts";
import { presenceStatsSpec } from "./schema.ts";

/** `POST /api/presence_stats`, Centrifugo's. */
export function countPresence({ presence, checkChannel }: PresenceDeps): RpcCommand {
  return defineRpc(presenceStatsSpec, async ({ channel: name }, { apiKey }) => {
    const { channel, options } = checkChannel(name, { field: "channel", use: "read", apiKey });
    checkKeepsPresence(options);
    return presence.stats(channel);
  });
}
