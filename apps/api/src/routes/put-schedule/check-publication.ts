import { userChannel } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import type { ScheduleRequest } from "@switchyard/tasks/schedule";
import type { ApiKey } from "../../access/api-keys.ts";
import type { ChannelPublisher } from "../../channels/channel-publisher.ts";
import { ApiError } from "../../errors/api-error.ts";

const targets = ["channel", "channels", "user", "users"] as const;

/** `publish` of a schedule, checked as the publish route checks it: a mistake is told now, and not when it fires. */
export function checkPublication(
  publish: NonNullable<ScheduleRequest["publish"]>,
  { channels, apiKey }: { readonly channels: Pick<ChannelPublisher, "check">; readonly apiKey: ApiKey },
): void {
  const fields = publish as Readonly<Record<string, unknown>>;
  const [target, second] = targets.filter((name) => fields[name] !== undefined);
  if (target === undefined || second !== undefined)
    throw refusal("publish", "publish: name exactly one of `channel`, `channels`, `user`, `users`");
  const named = fields[target] as string | readonly string[];
  for (const [index, name] of [named].flat().entries()) {
    const field = `publish.${target}${typeof named === "string" ? "" : `[${index}]`}`;
    if (name === "") throw refusal(field, `${field}: must not be empty`);
    const text = target.startsWith("user") ? userChannel(name) : name;
    try {
      channels.check(text, { data: fields["data"] }, { field, apiKey });
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      const { publicMessage } = error;
      if (publicMessage.startsWith("data: ")) throw refusal("publish.data", `publish.${publicMessage}`);
      throw refusal(field, publicMessage);
    }
  }
}

function refusal(field: string, message: string): ApiError {
  return new ApiError("invalid_request", message, { field });
}
