import { disconnectCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Rate } from "../../entrance/rate-limit.ts";
import type { RpcDesk } from "../../rpc/rpc-desk.ts";
import { admit, type AdmissionServices } from "../../session/admit.ts";
import { checkChannel } from "../../session/check-channel.ts";
import type { Client } from "../../session/client.ts";
import type { PublishServices } from "../../session/publish-as-client.ts";
import { orRefusal, refuse, type Refusal } from "../../session/refusal.ts";
import { rightToSubscribe } from "../../session/right-to-subscribe.ts";
import { subscribeClient, type Subscribed } from "../../session/subscribe-client.ts";
import { endOfRefused } from "../end-of-refused.ts";
import { type Fields, readIntroduction } from "./introduction.ts";
import type { PlainRules } from "./plain-rules.ts";

/** What lines of this door take, beside what every session has. */
export type PlainServices = AdmissionServices &
  PublishServices & {
    readonly rpc: RpcDesk;
    /** Of one connection's messages; undefined is no limit. */
    readonly commandRate: Rate | undefined;
  };

/**
 * A client says who it is: from here on it hears what is addressed to its user, and the channel that the rules make of what else
 * it says. Undefined: it is in, or gone meanwhile; else why its line ends.
 */
export async function letIn(
  client: Client,
  frame: Buffer,
  { rules, services }: { readonly rules: PlainRules; readonly services: PlainServices },
): Promise<Disconnect | undefined> {
  const said = readIntroduction(frame, rules.trustsUid);
  if (typeof said === "string") return { ...disconnectCodes.badRequest, detail: said };
  const { token, believedUser, fields } = said;
  const arrived = await orRefusal(
    async () => {
      const words = Object.keys(fields).length === 0 ? {} : { data: fields };
      const admitted = await admit(client, { token, believedUser, words, wishFor: () => ({}) }, services);
      if ("kind" in admitted) return admitted;
      const opened = await openByRule(client, fields, { rules, services });
      return opened !== undefined && "kind" in opened ? opened : { admitted, opened };
    },
    "connect",
    services,
  );
  const isRefused = "kind" in arrived;
  services.metrics.commands.inc({ method: "connect", outcome: isRefused ? arrived.kind : "reply" });
  if (isRefused) return endOfRefused(arrived);
  const { admitted, opened } = arrived;
  // It went away meanwhile, or was sent away.
  if (client.state !== "connecting") return undefined;
  for (const one of [...admitted.subscriptions, ...(opened === undefined ? [] : [opened])]) tellKept(client, one);
  admitted.begin();
  opened?.subscription.goLive(opened.position);
  return undefined;
}

/**
 * As if the client had asked for the channel: its namespace must allow it. But it is the server's subscription, so that a loss ends
 * the line: a page that is not told of an end would go on as if nothing were to come.
 */
async function openByRule(
  client: Client,
  fields: Fields,
  { rules, services }: { readonly rules: PlainRules; readonly services: PlainServices },
): Promise<Subscribed | Refusal | undefined> {
  const found = rules.channels?.find(fields);
  if (found === undefined || found.kind === "unmapped") return isSaidInVain(client, fields);
  if (found.kind === "refused") return refuse("badRequest", found.problem);
  const checked = checkChannel(found.name, "subscribe", services);
  if ("kind" in checked) return checked;
  const { channel, options } = checked;
  if (client.subscriptions.has(channel)) return undefined;
  if (client.subscriptions.size >= services.client.channel_limit) {
    return { kind: "disconnect", disconnect: disconnectCodes.channelLimit };
  }
  const right = await rightToSubscribe(client, { channel, options, data: fields }, services);
  if ("kind" in right) return right;
  const { access, override } = right;
  const order = { client, channel, options: { ...options, ...override }, isServerSide: true, access, wish: {} };
  return subscribeClient(order, services);
}

/** Nobody at all who names fields of no rule would hear nothing for ever. */
function isSaidInVain({ user }: Client, fields: Fields): Refusal | undefined {
  if (user !== "" || Object.keys(fields).length === 0) return undefined;
  return refuse("badRequest", "the first message names neither a user nor the fields of any of plain.channels");
}

/** What a channel hands to everybody who comes, such as the newest state of something. */
function tellKept(client: Client, { subscription: { channel }, recovery }: Subscribed): void {
  for (const publication of recovery?.publications ?? []) client.tell({ kind: "publication", channel, publication });
}
