import Type from "typebox";
import { defineRpc, type RpcCommand } from "../rpc/rpc-command.ts";
import { checkKeepsHistory } from "../channels/check-channel.ts";
import type { HistoryDeps } from "./history/route.ts";

const removeHistorySpec = {
  method: "history_remove",
  effect: "settles" as const,
  summary: "Forget what a channel keeps",
  description:
    "Subscribers that are up to date do not notice. One that still misses a removed publication is told that it cannot be recovered.",
  body: Type.Object(
    { channel: Type.String({ description: "Which channel." }) },
    { additionalProperties: false, examples: [{ channel: "chat:forgotten" }] },
  ),
  result: Type.Object({}),
  results: [{}],
};

/** `POST /api/history_remove`, Centrifugo's. */
export function removeHistory({ history, checkChannel }: HistoryDeps): RpcCommand {
  return defineRpc(removeHistorySpec, async ({ channel: name }, { apiKey }) => {
    const { channel, options } = checkChannel(name, { field: "channel", use: "remove_history", apiKey });
    checkKeepsHistory(options);
    await history.removeHistory(channel);
    return {};
  });
}
