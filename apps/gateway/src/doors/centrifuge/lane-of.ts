import type { Command } from "@switchyard/protocol/command";
import { asksAboutSubscribe } from "../../access/permissions.ts";
import type { CommandLanes } from "./command-lanes.ts";
import type { CentrifugeServices } from "./services.ts";

/** How a command runs that asks a back end; undefined: one after the other with all that do not. */
export interface Lane {
  /** Commands of one key keep their order. */
  readonly key: string | undefined;
}

export const subscribeLane = (channel: string) => `subscribe ${channel}`;

/**
 * Which commands run beside others: publications that a back end decides about, in order within their channel; subscriptions likewise; rpcs
 * each for itself.
 */
export function laneOf(
  command: Command,
  { rules, rpc }: Pick<CentrifugeServices, "rules" | "rpc">,
  lanes: Pick<CommandLanes, "has"> | undefined,
): Lane | undefined {
  switch (command.method) {
    case "publish": {
      const { channel } = command.request;
      const resolved = rules.resolve(channel, "publish_as_client");
      const isAsked = resolved.kind === "channel" && resolved.options.publish_proxy_enabled;
      return isAsked ? { key: `publish ${channel}` } : undefined;
    }
    case "subscribe": {
      const { channel, token = "" } = command.request;
      const key = subscribeLane(channel);
      const resolved = rules.resolve(channel, "subscribe");
      const isAsked = token === "" && resolved.kind === "channel" && asksAboutSubscribe(channel, resolved.options);
      // With a token it asks nobody, and yet it is not to overtake the one before it.
      return isAsked || lanes?.has(key) === true ? { key } : undefined;
    }
    case "rpc": {
      const { method = "" } = command.request;
      return rpc.asksOthers && !method.startsWith("inbox.") ? { key: undefined } : undefined;
    }
    default:
      return undefined;
  }
}
