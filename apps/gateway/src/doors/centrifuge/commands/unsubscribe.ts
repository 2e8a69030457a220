import type { UnsubscribeRequest } from "@switchyard/protocol/commands/unsubscribe";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import { emptyReply, type CommandOutcome } from "../command-outcome.ts";
import type { Session } from "../../../session/session.ts";

/** Always succeeds, subscribed or not: the SDK takes an error here for a reason to reconnect. */
export function unsubscribe(session: Session, { channel }: UnsubscribeRequest): CommandOutcome {
  if (channel === "") return { kind: "disconnect", disconnect: disconnectCodes.badRequest };
  const subscription = session.subscriptions.get(channel);
  if (subscription !== undefined) session.leave(subscription);
  return emptyReply;
}
