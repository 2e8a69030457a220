import type { Control } from "@switchyard/broker/control";
import type { ChannelCheck } from "../../check-channel.ts";
import { toConcerned } from "../../concerned.ts";
import { readTarget } from "../../connection-target.ts";
import { defineRpc, type RpcCommand } from "../../rpc-command.ts";
import { subscribeSpec } from "./schema.ts";

export interface SubscribeDeps {
  readonly control: Pick<Control, "ask">;
  readonly checkChannel: ChannelCheck;
}

/** `POST /api/subscribe`, Centrifugo's. */
export function subscribe({ control, checkChannel }: SubscribeDeps): RpcCommand {
  return defineRpc(subscribeSpec, async ({ channel, ...fields }) => {
    checkChannel(channel, "channel");
    return toConcerned(await control.ask({ kind: "subscribe", target: readTarget(fields), channel }));
  });
}
