import type { Publisher } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { parsePublishRequest, PublishRejection } from "@switchyard/broker/publish-request";
import { HubError } from "@switchyard/protocol/hub-error";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import type { Outcome, RunAttempt } from "@switchyard/tasks/task-worker";

/** Publishing as work: what a task's data says is published, so it can be delayed, grouped, scheduled and retried. */
export interface PublishHandlerDeps {
  readonly publisher: Publisher;
  readonly rules: Pick<ChannelRules, "resolve">;
}

/** Longer than any retry of a task is put off as a rule: an attempt a day later still publishes nothing twice. */
const onceForMs = 86_400_000;

/**
 * Whoever has enqueued it. Each channel gets it once under the task's id, however often it is attempted. What cannot be published at
 * all fails for good and names the field: the api refuses it where it comes in, and others write tasks, too.
 */
export function createPublishHandler({ publisher, rules }: PublishHandlerDeps): RunAttempt {
  return async ({ task: { id }, dataJson }) => {
    try {
      // All are looked at before the first is sent.
      const publications = parsePublishRequest(parseExactJson(dataJson), rules);
      const options = { idempotencyKey: `task:${id}`, idempotencyTtlMs: onceForMs };
      const replies = await Promise.all(
        publications.map(({ channel, body }) => publisher.publish(channel, body, options)),
      );
      const positions = replies.map(({ offset, epoch, duplicate }, index) => ({
        channel: publications[index]?.channel,
        ...(offset > 0 && { offset, epoch }),
        ...(duplicate && { duplicate }),
      }));
      return { kind: "succeeded", result: { published: positions.length, channels: positions.slice(0, 10) } };
    } catch (error) {
      if (error instanceof PublishRejection)
        return failed(`data${error.field && `.${error.field}`}: ${error.detail}`, true);
      if (error instanceof HubError) return failed(error.publicMessage, !error.temporary);
      throw error;
    }
  };
}

function failed(message: string, final: boolean): Outcome {
  return { kind: "failed", code: "handler_failed", message, final };
}
