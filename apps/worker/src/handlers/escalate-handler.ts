import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { fireTimer, type FireParts } from "@switchyard/notifications/fire-timer";
import { parseTimer } from "@switchyard/notifications/parse-timer";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { RunAttempt } from "@switchyard/tasks/task-worker";

/** A timer of a notification: who has still not looked is handed to the handler of its step. */
export function createEscalateHandler(parts: FireParts): RunAttempt {
  return async ({ dataJson }) => {
    try {
      const fired = await fireTimer(parseTimer(parseExactJson(dataJson)), parts, Date.now());
      return { kind: "succeeded", result: fired };
    } catch (error) {
      if (!(error instanceof InboxRejection || error instanceof TaskRejection)) throw error;
      return { kind: "failed", code: "handler_failed", message: error.publicMessage, final: true };
    }
  };
}
