import { createChannelRules } from "@switchyard/broker/channel-rules";
import { createPublishStep } from "@switchyard/broker/publish-step";
import type { Inbox, InboxCounts, InboxEvent } from "@switchyard/inbox/inbox";
import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { notificationIdOf } from "@switchyard/inbox/notification-id";
import { parseNotification } from "@switchyard/inbox/parse-notification";
import { createRedisInbox } from "@switchyard/inbox/redis-inbox";
import { parseExactJson } from "@switchyard/protocol/exact-json";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { type CentrifugePeer, connectPeer } from "@switchyard/testkit/centrifuge-peer";
import { startHub, type Hub } from "@switchyard/testkit/hub";
import { Centrifuge, type PublicationContext, type SubscribedContext, type Subscription } from "centrifuge";
import { WebSocket } from "ws";

/** As in a browser: each frame has a turn of its own. */
export class OneFramePerTurn extends WebSocket {
  constructor(url: string, protocols: string | string[]) {
    super(url, protocols, { allowSynchronousEvents: false });
  }
}

/** A tab: it takes what the subscription begins with, then every event. */
export interface Tab {
  readonly client: Centrifuge;
  readonly subscription: Subscription;
  readonly begun: { items: { id: string; seq: number; title: string }[]; counts: InboxCounts; cursor: number | null }[];
  readonly events: { offset: number; event: InboxEvent }[];
  readonly subscribed: SubscribedContext[];
  badge(): number | undefined;
}

/** Three gateways, and a writer beside them as an api is one. */
export interface InboxHub {
  readonly hub: Hub;
  readonly inbox: Inbox;
  add(user: string, name: string, item?: object | string): ReturnType<Inbox["add"]>;
  openTab(user: string, gateway: number): Promise<Tab>;
  /** A client that speaks by hand. */
  connected(user: string): Promise<CentrifugePeer>;
  closeAfterTest(client: { disconnect(): void }): void;
  disconnectAll(): void;
  close(): Promise<void>;
}

export async function startInboxHub(): Promise<InboxHub> {
  const hub = await startHub({ gateways: 3, workers: 0 });
  const settings = checkSettings({});
  const { prefix } = settings.redis;
  const inbox = await createRedisInbox({
    redis: { url: hub.redis.url, prefix },
    settings: settings.inbox,
    logger: createLogger({ app: "test", level: "silent" }),
    step: createPublishStep({ prefix, rules: createChannelRules(settings.channel) }),
  });
  const clients: { disconnect(): void }[] = [];
  return {
    hub,
    inbox,
    async add(user, name, item = {}) {
      const text = typeof item === "string" ? item : JSON.stringify({ title: name, ...item });
      const sent = parseNotification(notificationIdOf(name), parseExactJson(text), { dataMaxBytes: 4_096 });
      return inbox.add(parseInboxUser(user), sent);
    },
    async openTab(user, gateway) {
      const client = new Centrifuge(hub.websocketUrl(gateway), {
        websocket: OneFramePerTurn,
        token: hub.token(user),
      });
      clients.push(client);
      const tab = followInbox(client, user);
      await tab.subscription.ready(5_000);
      return tab;
    },
    async connected(user) {
      const peer = await connectPeer(hub.websocketUrl());
      await peer.call({ connect: { token: hub.token(user) } });
      clients.push({ disconnect: () => void peer.close() });
      return peer;
    },
    closeAfterTest: (client) => void clients.push(client),
    disconnectAll() {
      for (const client of clients.splice(0)) client.disconnect();
    },
    async close() {
      await inbox.close();
      await hub.close();
    },
  };
}

function followInbox(client: Centrifuge, user: string): Tab {
  const subscription = client.newSubscription(`inbox:${user}`);
  let badge: number | undefined;
  const tab: Tab = { client, subscription, begun: [], events: [], subscribed: [], badge: () => badge };
  subscription.on("subscribed", (context) => {
    tab.subscribed.push(context);
    if (context.data === undefined) return;
    tab.begun.push(context.data as Tab["begun"][number]);
    badge = tab.begun.at(-1)?.counts.unseen;
  });
  subscription.on("publication", ({ data, offset = 0 }: PublicationContext) => {
    const event = data as InboxEvent;
    tab.events.push({ offset, event });
    if (event.type !== "reset") badge = event.counts.unseen;
  });
  subscription.subscribe();
  client.connect();
  return tab;
}
