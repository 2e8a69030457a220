import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import type { SentPublication } from "@switchyard/protocol/publication-delta";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { Hub } from "../../hub/hub.ts";
import { createGatewayMetrics } from "../../metrics/gateway-metrics.ts";
import { subscribeClient, type SubscribeWish } from "../../session/subscribe-client.ts";
import type { Delivery } from "../../hub/delivery.ts";
import { Subscription } from "../../hub/subscription.ts";
import { SharedReads } from "../shared-reads.ts";
import { historySize, type SlowStream } from "./slow-stream.ts";

export const recoveryLimit = 40;
const rules = createChannelRules(
  checkSettings({
    channel: {
      namespaces: [
        {
          name: "kept",
          history_size: historySize,
          history_ttl: "1h",
          force_recovery: true,
          allowed_delta_types: ["fossil"],
        },
      ],
    },
  }).channel,
);
const channel = knownChannelName("kept:a");
const options = rules.find(channel) ?? fail();
const metrics = createGatewayMetrics();

export interface Client {
  readonly fromOffset: number;
  /** Asked to continue. */
  readonly asked: boolean;
  readonly got: number[];
  /** The same, as it was said. */
  readonly publications: SentPublication[];
  recovered: boolean;
  hasDeltas: boolean;
  losses: number;
  readonly subscription: Subscription;
}

function createClient(fromOffset: number, { asked, id }: { readonly asked: boolean; readonly id: string }) {
  const take = (publication: SentPublication) => {
    client.publications.push(publication);
    client.got.push(publication.offset);
  };
  const subscriber = {
    id,
    deliver: ({ notice }: Delivery) => void (notice.kind === "publication" && take(notice.publication)),
    insufficientState: () => void client.losses++,
    expireSubscription: () => undefined,
  };
  const subscription = new Subscription(subscriber, channel, false);
  const client: Client = {
    fromOffset,
    asked,
    got: [],
    publications: [],
    recovered: false,
    hasDeltas: false,
    losses: 0,
    subscription,
  };
  return { client, take };
}

/** A client of a node, as far as subscribing goes. */
const clientOf = (subscription: Subscription) => ({
  join: () => subscription,
  infoIn: () => ({ user: "", client: "c" }),
  grant: () => undefined,
  leave: () => undefined,
});

/** A gateway that hears the stream, and clients that join it. */
export function createNode(stream: SlowStream, { conflateIntervalMs = 0 } = {}) {
  const reads = new SharedReads(
    { history: async (_, asked) => stream.history(asked), hearing: () => stream.hearing },
    stream,
  );
  const hub = new Hub({
    interest: { acquire: async () => undefined, release: () => undefined },
    conflateIntervalMs: () => conflateIntervalMs,
  });
  const services = {
    hub,
    reads,
    roster: { join: async () => undefined },
    metrics,
    client: { recovery_max_publication_limit: recoveryLimit },
  };
  const joins: Promise<void>[] = [];

  /** With an empty epoch it comes for the first time. */
  function join(fromOffset: number, epoch = stream.epoch, wish: SubscribeWish = {}): Client {
    const { client, take } = createClient(fromOffset, { asked: epoch !== "", id: `${joins.length}` });
    const { subscription } = client;
    const from = client.asked ? { offset: fromOffset, epoch } : undefined;
    const order = { client: clientOf(subscription), channel, options, isServerSide: false, wish: { from, ...wish } };
    const settled = subscribeClient(order, services).then((opened) => {
      if (opened === undefined) throw new Error("it was never closed");
      client.hasDeltas = opened.hasDeltas;
      client.recovered = opened.recovery?.isComplete === true;
      for (const publication of opened.recovery?.publications ?? []) take(publication);
      subscription.goLive(opened.position);
    });
    joins.push(settled);
    return client;
  }

  function leave(client: Client): void {
    hub.remove(client.subscription);
  }

  function hear(): boolean {
    const publication = stream.hear();
    if (publication === undefined) return false;
    reads.heard(channel, publication);
    hub.receive(channel, publication);
    return true;
  }

  async function finish(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    while (stream.readings.length > 0) await stream.settle(0);
    while (hear());
    await Promise.all(joins);
  }
  return { join, leave, hear, finish };
}

function fail(): never {
  throw new Error("no options");
}
