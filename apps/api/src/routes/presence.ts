import type { PresenceReader } from "@switchyard/broker/presence";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { ClientInfo } from "@switchyard/protocol/publication";
import Type from "typebox";
import { checkKeepsPresence, type ChannelCheck } from "../channels/check-channel.ts";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";

const presenceSpec = {
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

export interface PresenceDeps {
  readonly presence: PresenceReader;
  readonly checkChannel: ChannelCheck;
}

/** `POST /api/presence`, Centrifugo's. */
export function showPresence({ presence, checkChannel }: PresenceDeps): RpcCommand {
  return defineRpc(presenceSpec, async ({ channel: name }, { apiKey }) => {
    const { channel, options } = checkChannel(name, { field: "channel", use: "read", apiKey });
    checkKeepsPresence(options);
    const members = Array.from(await presence.members(channel), ([client, infoJson]) => [
      client,
      parseExactJson(infoJson) as ClientInfo,
    ]);
    return { presence: Object.fromEntries(members) };
  });
}
