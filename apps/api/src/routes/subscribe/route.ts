import type { ChannelOptions, OptionOverride } from "@switchyard/broker/channel-rules";
import type { Control } from "@switchyard/broker/control";
import type { ServerGrant } from "@switchyard/broker/node-command";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Static } from "typebox";
import type { ChannelCheck } from "../../channels/check-channel.ts";
import { readData } from "../../channels/message-data.ts";
import { toConcerned } from "../../connections/concerned.ts";
import { readInfo, readTarget } from "../../connections/connection-fields.ts";
import { readTimeToCome } from "../../connections/unix-time.ts";
import { defineRpc, type RpcCommand } from "../../rpc/rpc-command.ts";
import { subscribeSpec } from "./schema.ts";

export interface SubscribeDeps {
  readonly control: Pick<Control, "ask">;
  readonly checkChannel: ChannelCheck;
}

type Fields = Static<typeof subscribeSpec.body>;

/** `POST /api/subscribe`, Centrifugo's. */
export function subscribe({ control, checkChannel }: SubscribeDeps): RpcCommand {
  return defineRpc(subscribeSpec, async (fields, { apiKey }) => {
    const { channel, options } = checkChannel(fields.channel, { field: "channel", use: "grant", apiKey });
    const target = readTarget(fields);
    const grant = readGrant(fields, options);
    return toConcerned(await control.ask({ kind: "subscribe", target, channel, grant }));
  });
}

function readGrant(fields: Fields, options: ChannelOptions): ServerGrant {
  const override = readOverride(fields.override);
  const info = readInfo(fields);
  const expiresAtMs = readTimeToCome(fields.expire_at, "expire_at");
  const { recover_since: recoverSince } = fields;
  if (recoverSince !== undefined) checkRecovers({ ...options, ...override });
  return {
    ...(info !== undefined && { info }),
    ...((fields.b64data || "data" in fields) && { dataJson: JSON.stringify(readData(fields)) }),
    ...(recoverSince !== undefined && { recoverSince }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
    ...(override !== undefined && { override }),
  };
}

function readOverride(given: Fields["override"]): OptionOverride | undefined {
  if (given === undefined) return undefined;
  return Object.fromEntries(Object.entries(given).map(([option, { value }]) => [option, value]));
}

/** A position that means nothing would be ignored in silence, and everything missed with it. */
function checkRecovers({ keepsHistory, force_recovery: isForced }: ChannelOptions): void {
  if (!keepsHistory) {
    throw new HubError("badRequest", "recover_since: this channel keeps no history (history_size, history_ttl)");
  }
  if (isForced) return;
  throw new HubError(
    "badRequest",
    "recover_since: this channel does not recover; set force_recovery on its namespace, or override.force_recovery",
  );
}
