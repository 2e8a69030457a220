import Type from "typebox";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";
import { checkKeepsPresence } from "../channels/check-channel.ts";
import type { PresenceDeps } from "./presence.ts";

const presenceStatsSpec = {
  method: "presence_stats",
  effect: "reads" as const,
  summary: "How many are in a channel",
  body: Type.Object(
    { channel: Type.String({ description: "Which channel." }) },
    { additionalProperties: false, examples: [{ channel: "room:1" }] },
  ),
  result: Type.Object(
    {
      num_clients: Type.Integer({ description: "Connections." }),
      num_users: Type.Integer({ description: "Distinct users; those without an id together are one." }),
    },
    { title: "PresenceStatsResult" },
  ),
  results: [{ num_clients: 3, num_users: 1 }],
};

/** `POST /api/presence_stats`, Centrifugo's. */
export function countPresence({ presence, checkChannel }: PresenceDeps): RpcCommand {
  return defineRpc(presenceStatsSpec, async ({ channel: name }, { apiKey }) => {
    const { channel, options } = checkChannel(name, { field: "channel", use: "read", apiKey });
    checkKeepsPresence(options);
    return presence.stats(channel);
  });
}
