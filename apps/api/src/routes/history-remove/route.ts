import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { checkKeepsHistory } from "../history/check-keeps-history.ts";
import type { HistoryDeps } from "../history/route.ts";
import { removeHistorySpec } from "./schema.ts";

/** `POST /api/history_remove`, Centrifugo's. */
export function removeHistory({ history, checkChannel }: HistoryDeps): RpcCommand {
  return defineRpc(removeHistorySpec, async ({ channel: name }, { apiKey }) => {
    const { channel, options } = checkChannel(name, { field: "channel", use: "remove_history", apiKey });
    checkKeepsHistory(options);
    await history.removeHistory(channel);
    return {};
  });
}
