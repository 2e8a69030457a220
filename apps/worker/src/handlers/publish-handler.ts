import type { Publisher } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import { readPublicationData } from "@switchyard/broker/publication-data";
import { HubError } from "@switchyard/protocol/hub-error";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import type { Tags } from "@switchyard/protocol/publication";
import type { Outcome, RunAttempt } from "@switchyard/tasks/task-worker";

/** Publishing as work: what a task's data says is published, so it can be delayed, grouped, scheduled and retried. */
export interface PublishHandlerDeps {
  readonly publisher: Publisher;
  readonly rules: Pick<ChannelRules, "resolve">;
}

/** Longer than any retry of a task is put off as a rule: an attempt a day later still publishes nothing twice. */
const onceForMs = 86_400_000;
const channelsMax = 1_000;
const fields = new Set(["channel", "channels", "user", "users", "data", "tags"]);

/**
 * `{"channel" | "channels" | "user" | "users", "data", "tags"?}`, whoever has enqueued it. Each channel gets it once under the
 * task's id, however often it is attempted. What cannot be published at all fails for good and names the field.
 */
export function createPublishHandler({ publisher, rules }: PublishHandlerDeps): RunAttempt {
  return async ({ task: { id }, dataJson }) => {
    try {
      const { texts, data, tags } = readRequest(parseExactJson(dataJson));
      // All are looked at before the first is sent.
      const channels = texts.map(({ field, text }) => resolve(rules, { field, text, data }));
      const options = { idempotencyKey: `task:${id}`, idempotencyTtlMs: onceForMs };
      const replies = await Promise.all(
        channels.map(({ channel, payload }) =>
          publisher.publish(channel, { payload, ...(tags !== undefined && { tags }) }, options),
        ),
      );
      const positions = replies.map(({ offset, epoch, duplicate }, index) => ({
        channel: channels[index]?.channel,
        ...(offset > 0 && { offset, epoch }),
        ...(duplicate && { duplicate }),
      }));
      return { kind: "succeeded", result: { published: positions.length, channels: positions.slice(0, 10) } };
    } catch (error) {
      if (error instanceof HubError) return failed(error.publicMessage, !error.temporary);
      throw error;
    }
  };
}

interface Target {
  readonly field: string;
  readonly text: string;
}

function readRequest(request: unknown) {
  if (!isObject(request)) throw bad("data: must be an object with a target and `data`");
  const unknown = Object.keys(request).find((field) => !fields.has(field));
  if (unknown !== undefined) throw bad(`data.${unknown}: unknown field; there are ${[...fields].join(", ")}`);
  const { channel, channels, user, users, data, tags } = request;
  const targets = { channel, channels, user, users };
  const [name, second] = Object.entries(targets).filter(([, value]) => value !== undefined);
  if (name === undefined || second !== undefined)
    throw bad("data: must have exactly one of `channel`, `channels`, `user`, `users`");
  if (tags !== undefined && !(isObject(tags) && Object.values(tags).every((tag) => typeof tag === "string")))
    throw bad("data.tags: must be an object of texts");
  return { texts: targetsOf(...name), data, tags: tags as Tags | undefined };
}

function targetsOf(field: string, value: unknown): Target[] {
  const isMany = field.endsWith("s");
  const list: readonly unknown[] = isMany && Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > channelsMax) throw bad(`data.${field}: must have 1 to ${channelsMax} names`);
  return list.map((one, index) => {
    const place = isMany ? `data.${field}[${index}]` : `data.${field}`;
    if (typeof one !== "string" || one === "") throw bad(`${place}: must be a text`);
    return { field: place, text: field.startsWith("user") ? `user:${one}` : one };
  });
}

function resolve(rules: Pick<ChannelRules, "resolve">, { field, text, data }: Target & { data: unknown }) {
  const resolved = rules.resolve(text, "publish");
  if (resolved.kind === "unknown") throw bad(`${field}: no namespace \`${resolved.namespace}\` is configured`);
  if (resolved.kind !== "channel") throw bad(`${field}: ${resolved.problem}`);
  const read = readPublicationData(data, resolved.options);
  if ("problem" in read) throw bad(`data.data: ${read.problem}`);
  return { channel: resolved.name, payload: read.payload };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(detail: string): HubError {
  return new HubError("badRequest", detail);
}

function failed(message: string, final: boolean): Outcome {
  return { kind: "failed", code: "handler_failed", message, final };
}
