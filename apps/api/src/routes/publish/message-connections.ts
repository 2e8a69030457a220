import type { Control } from "@switchyard/broker/control";
import type { Target } from "@switchyard/broker/node-command";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Message } from "../../channels/channel-publisher.ts";
import { readData } from "../../channels/message-data.ts";
import { type Receipt, toReceipt } from "../../channels/receipt.ts";

/** What belongs to a channel's stream; a message to a connection has none. */
const streamFields = ["tags", "version", "version_epoch", "repeatKey"] as const;

/**
 * Sends data to connections themselves. It is in no stream: whoever is away for a moment does not get it later. The nodes are
 * asked anyway, so there is always a receipt.
 */
export async function messageConnections(
  control: Pick<Control, "ask">,
  target: Target,
  message: Message,
): Promise<Receipt> {
  const meaningless = streamFields.find((field) => message[field] !== undefined);
  if (meaningless !== undefined) {
    const field = meaningless === "repeatKey" ? "idempotency_key" : meaningless;
    throw new HubError(
      "badRequest",
      `${field}: a message to connections has no channel, so this has no meaning; leave it out`,
    );
  }
  const except = message.exclude_client === undefined ? [] : [message.exclude_client];
  const dataJson = JSON.stringify(readData(message));
  return toReceipt(await control.ask({ kind: "message", target, dataJson, except }));
}
