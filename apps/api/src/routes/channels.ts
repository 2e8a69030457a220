import { parseChannelPattern } from "@switchyard/broker/channel-pattern";
import type { Control } from "@switchyard/broker/control";
import { splitChannelName } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import Type from "typebox";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";

const channelsSpec = {
  method: "channels",
  effect: "reads" as const,
  summary: "The channels somebody is subscribed to",
  description:
    "Every gateway is asked, so this is for looking, not for every request. A channel nobody is subscribed to is not listed, whatever its history. When one gateway has more than 10 000 channels that match, that is an error: narrow the pattern.",
  body: Type.Object(
    {
      pattern: Type.Optional(
        Type.String({
          default: "",
          maxLength: 255,
          description:
            "`*` is any text, `?` one character, a backslash takes the next one as it is; without it, every channel.",
        }),
      ),
    },
    { additionalProperties: false, examples: [{ pattern: "chat:*" }] },
  ),
  result: Type.Object(
    {
      channels: Type.Record(
        Type.String(),
        Type.Object({ num_clients: Type.Integer({ description: "Connections subscribed to it." }) }),
      ),
      partial: Type.Optional(
        Type.Boolean({ description: "True when some gateway did not answer within a second: there may be more." }),
      ),
    },
    { title: "ChannelsResult" },
  ),
  results: [{ channels: { "chat:lobby": { num_clients: 3 } } }],
};

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
