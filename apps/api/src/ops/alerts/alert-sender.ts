import { createOutbound } from "@switchyard/outbound/create-outbound";
import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import type { AlertReceiver, SendOutcome } from "../../alerts/alert-desk.ts";
import type { WaitingAlert } from "./alert-state.ts";

/** Never rejects. */
export type SendAlert = (receiver: AlertReceiver, alert: Pick<WaitingAlert, "id" | "body">) => Promise<SendOutcome>;

/** Well below a turn (alert-store.ts), so that a receiver that hangs does not cost the turn. */
const timeoutMs = 5_000;

/**
 * POSTs to receivers of the settings, signed as Standard Webhooks has it. Their URLs are the operator's, as those of `events.receivers`, so
 * nothing is asked of where they lead; a redirect is not followed.
 */
export function createAlertSender(logger: Pick<Logger, "warn" | "debug">): SendAlert {
  return async (receiver, { id: messageId, body }) => {
    const url = new URL(receiver.url);
    const secrets = [receiver.secret, receiver.previous_secret].filter((text) => text !== "");
    const outbound = createOutbound({ secrets, allowedHosts: [], allowedPorts: [] });
    // A path or a query may hold what is secret, as those of chats do.
    const whose = { receiver: receiver.name, host: url.host };
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const reply = await outbound.post({ url, urlFrom: "operator", body, messageId, signal, replyMaxBytes: 0 });
      const { status, retryAfterMs } = reply;
      if (status >= 200 && status < 300) return { isDelivered: true, status };
      logger.warn({ ...whose, status }, "a receiver of alerts did not take one");
      return { isDelivered: false, status, reason: `it answered ${status}`, retryAfterMs };
    } catch (error) {
      const reason = errorText(error);
      logger.warn({ ...whose, reason }, "a receiver of alerts was not reached");
      return { isDelivered: false, status: null, reason };
    }
  };
}
