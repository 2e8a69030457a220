import { parseChannelPattern } from "@switchyard/broker/channel-pattern";
import type { Control } from "@switchyard/broker/control";
import { splitChannelName } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { channelsSpec } from "./schema.ts";

/** `POST /api/channels`, Centrifugo's. */
export function listChannels({ control }: { readonly control: Pick<Control, "listChannels"> }): RpcCommand {
  return defineRpc(channelsSpec, async ({ pattern = "" }, { apiKey }) => {
    checkPattern(pattern);
    const { nodes, answered, channels } = await control.listChannels(pattern);
    const inReach = [...channels].filter(([channel]) => apiKey.reaches(splitChannelName(channel).namespace));
    const counted = Array.from(inReach, ([channel, count]) => [channel, { num_clients: count }] as const);
    return { channels: Object.fromEntries(counted), ...(answered < nodes && { partial: true }) };
  });
}

function checkPattern(pattern: string): void {
  try {
    parseChannelPattern(pattern);
  } catch (error) {
    throw new HubError("badRequest", `pattern: ${(error as TypeError).message}`, { cause: error });
  }
}
