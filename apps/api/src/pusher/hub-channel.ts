import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { ChannelUse } from "@switchyard/broker/reserved-namespaces";
import type { PusherApp } from "@switchyard/pusher/apps";
import { hubChannel, nameProblem } from "@switchyard/pusher/channel";
import type { CheckedChannel } from "../channels/check-channel.ts";
import { ApiError } from "../errors/api-error.ts";

export interface NamedChannel {
  readonly name: string;
  /** Where the name was written, for the message. */
  readonly field: string;
  readonly use: ChannelUse;
}

/** What of the hub an app means by the name of a channel. @throws ApiError naming the field when it cannot be one */
export function findHubChannel(
  rules: Pick<ChannelRules, "resolve">,
  app: PusherApp,
  { name, field, use }: NamedChannel,
): CheckedChannel {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new ApiError("invalid_request", `${field}: ${problem}`, { field });
  const resolved = rules.resolve(hubChannel(app, name), use);
  if (resolved.kind === "channel") return { channel: resolved.name, options: resolved.options };
  // The settings see to it that the namespace of an app is there and its own.
  const detail = resolved.kind === "unknown" ? "has a namespace that is not configured" : resolved.problem;
  throw new ApiError("invalid_request", `${field}: ${detail}`, { field });
}
