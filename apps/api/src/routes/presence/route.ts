import type { PresenceReader } from "@switchyard/broker/presence";
import type { ClientInfo } from "@switchyard/protocol/publication";
import type { ChannelCheck } from "../../channels/check-channel.ts";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { checkKeepsPresence } from "./check-keeps-presence.ts";
import { presenceSpec } from "./schema.ts";

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
