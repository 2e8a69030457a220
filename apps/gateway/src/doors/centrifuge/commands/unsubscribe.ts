import type { UnsubscribeRequest } from "@switchyard/protocol/commands/subscribe";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Client } from "../../../session/client.ts";
import type { CommandOutcome } from "../command-outcome.ts";

/** Always succeeds, subscribed or not: the SDK takes an error here for a reason to reconnect. */
export function unsubscribe(client: Client, { channel }: UnsubscribeRequest): CommandOutcome<Record<string, never>> {
  if (channel === "") return { kind: "disconnect", disconnect: disconnectCodes.badRequest };
  const subscription = client.subscriptions.get(channel);
  if (subscription !== undefined) client.leave(subscription);
  return { kind: "reply", result: {} };
}
