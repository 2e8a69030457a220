import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { parsePublishRequest, PublishRejection } from "@switchyard/broker/publish-request";
import { InboxRejection } from "@switchyard/inbox/inbox-rejection";
import { parseTimer } from "@switchyard/notifications/parse-timer";
import { escalateHandler, isPublishHandler, notifyHandler } from "@switchyard/tasks/task";
import { ApiError } from "./errors/api-error.ts";
import { within } from "./inbox/inbox-refusal.ts";
import type { NotificationIntake } from "./inbox/notification-intake.ts";
import type { OwnTaskCheck } from "./tasks/task-intake.ts";

export interface OwnTaskCheckDeps {
  readonly rules: Pick<ChannelRules, "resolve">;
  readonly notifications: Pick<NotificationIntake, "check">;
}

/**
 * By the very checks of the worker that runs it: a typo of today would be found at nine on Monday, by nobody. Here and not with tasks,
 * which know nothing of what the handlers of the hub's own do.
 */
export function createOwnTaskCheck({ rules, notifications }: OwnTaskCheckDeps): OwnTaskCheck {
  return async ({ handler, data }, place) => {
    try {
      if (handler === notifyHandler) await notifications.check(data);
      if (handler === escalateHandler) parseTimer(data);
      if (isPublishHandler(handler)) parsePublishRequest(data, rules);
    } catch (error) {
      if (error instanceof InboxRejection || error instanceof ApiError) throw within(place, error);
      if (!(error instanceof PublishRejection)) throw error;
      const field = error.field === "" ? place : `${place}.${error.field}`;
      throw new ApiError("invalid_request", `${field}: ${error.detail}`, { field, cause: error });
    }
  };
}
