import type { ConnectRequest } from "@switchyard/protocol/commands/connect";
import type { ConnectionResult, Results } from "@switchyard/protocol/encoding/results";
import { admit, type Admitted } from "../../../session/admit.ts";
import type { Client } from "../../../session/client.ts";
import type { Refusal } from "../../../session/refusal.ts";
import type { SubscribeWish } from "../../../session/subscribe-client.ts";
import type { CommandOutcome } from "../command-outcome.ts";
import type { CentrifugeServices } from "../services.ts";
import { expiryFields, subscriptionResult } from "../subscription-result.ts";
import { wishOf } from "./subscribe.ts";

/** Who connects, and what they are subscribed to from the start. */
export async function connect(
  client: Client,
  request: ConnectRequest,
  services: CentrifugeServices,
): Promise<CommandOutcome<Results["connect"]>> {
  const admitted = await admitBy(client, request, services);
  if ("kind" in admitted) return admitted;
  const result = { ...connectionResult(client, admitted, services), pong: true as const };
  return { kind: "reply", result, afterReply: () => admitted.begin() };
}

/** @param tailor makes what is wished for of a channel out of what the request says */
export async function admitBy(
  client: Client,
  { token = "", subs = {}, name, version, data, headers }: ConnectRequest,
  services: CentrifugeServices,
  tailor: (wish: SubscribeWish, channel: string) => SubscribeWish = (wish) => wish,
): Promise<Admitted | Refusal> {
  client.introduce(name, version);
  const wishes = new Map<string, SubscribeWish>();
  for (const [channel, said] of Object.entries(subs)) {
    const wish = wishOf(said, `connect.subs.${channel}.`);
    if ("kind" in wish) return wish;
    wishes.set(channel, wish);
  }
  const words = { name, version, data, headers, channels: [...wishes.keys()] };
  return admit(client, { token, words, wishFor: (channel) => tailor(wishes.get(channel) ?? {}, channel) }, services);
}

/** What a client is told when it is let in. */
export function connectionResult(
  { id }: Pick<Client, "id">,
  { credentials, subscriptions, data }: Pick<Admitted, "credentials" | "subscriptions" | "data">,
  { node, pingSeconds }: Pick<CentrifugeServices, "node" | "pingSeconds">,
): ConnectionResult {
  return {
    client: id,
    version: node.version,
    node: node.uid,
    ...expiryFields(credentials),
    ...(data === undefined ? {} : { data }),
    ping: pingSeconds,
    subs: new Map(
      subscriptions.map(({ dataJson, ...opened }) => [
        opened.subscription.channel,
        { ...subscriptionResult(opened), ...(dataJson === undefined ? {} : { data: dataJson }) },
      ]),
    ),
  };
}
