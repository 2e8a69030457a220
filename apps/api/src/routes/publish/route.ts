import type { Control } from "@switchyard/broker/control";
import { userChannel } from "@switchyard/protocol/channel-name";
import { HubError } from "@switchyard/protocol/hub-error";
import type { ApiKey } from "../../access/api-keys.ts";
import { repeatKey } from "../../access/repeat-key.ts";
import { outOfReach } from "../../channels/check-channel.ts";
import type { ChannelPublisher, Message } from "../../channels/channel-publisher.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { messageConnections } from "./message-connections.ts";
import { publishSpec, targets } from "./schema.ts";

export interface PublishDeps {
  readonly channels: ChannelPublisher;
  readonly control: Pick<Control, "ask">;
}

/** `POST /api/publish`: Centrifugo's, and ours with another target in the place of `channel`. */
export function publish({ channels, control }: PublishDeps): RpcCommand {
  const toEach = async (
    names: readonly string[],
    { field, apiKey }: { field: string; apiKey: ApiKey },
    message: Message,
  ) => ({
    responses: await channels.publishEach(
      names.map((channel, index) => ({ channel, field: `${field}[${index}]`, apiKey })),
      message,
    ),
  });
  return defineRpc(publishSpec, async (body, caller) => {
    refuseAllButOne(body);
    const { apiKey } = caller;
    const { channel, channels: names, user, users, client, all, idempotency_key } = body;
    const key = repeatKey(caller, "idempotency_key", idempotency_key);
    const message: Message = key === undefined ? body : { ...body, repeatKey: key };
    if (channel !== undefined) return channels.publish(channel, message, { field: "channel", apiKey });
    if (names !== undefined) return toEach(names, { field: "channels", apiKey }, message);
    if (user !== undefined) return channels.publish(userChannel(user), message, { field: "user", apiKey });
    if (users !== undefined) return toEach(users.map(userChannel), { field: "users", apiKey }, message);
    if (apiKey.isBound) throw outOfReach(apiKey, "a message to connections themselves is in none");
    return messageConnections(control, all === undefined ? { client: client ?? "" } : { all }, message);
  });
}

const targetNames = Object.keys(targets);

function refuseAllButOne(body: object): void {
  if (targetNames.filter((name) => Object.hasOwn(body, name)).length === 1) return;
  const listed = targetNames.map((name) => `\`${name}\``).join(", ");
  throw new HubError("badRequest", `channel: name exactly one of ${listed}`);
}
