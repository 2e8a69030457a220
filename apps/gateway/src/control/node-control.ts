import { parseChannelPattern } from "@switchyard/broker/channel-pattern";
import {
  channelListMax,
  type CommandHandler,
  type NodeCommand,
  type Target,
  type Uplink,
} from "@switchyard/broker/node-command";
import { unsubscribeCodes } from "@switchyard/protocol/disconnect-codes";
import { unreachable } from "@switchyard/runtime/unreachable";
import { Delivery } from "../hub/delivery.ts";
import type { Hub } from "../hub/hub.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Client } from "../session/client.ts";
import { answerForConnection } from "./answer-for-connection.ts";
import { subscribeFromServer } from "./subscribe-from-server.ts";

export type ControlServices = Parameters<typeof subscribeFromServer>[2] & {
  readonly sessions: Sessions;
  readonly hub: Hub;
  /** Hands on what a client sends to a connection of this node by another one; false: there is no such connection. */
  readonly emulated: { takeUplink(uplink: Uplink): boolean };
};

/** Applies what another process asks about connections to those of this node, and counts them. */
export function createNodeControl(services: ControlServices): CommandHandler {
  return {
    apply: (command) => apply(command, concerned(services.sessions, command.target), services),
    take: (uplink) => (services.emulated.takeUplink(uplink) ? 1 : 0),
    answer: (question) => answerForConnection(question, services.sessions),
    listChannels: (pattern) => listChannels(services.hub, pattern),
  };
}

/** One too many shows that there are more. */
function listChannels(hub: Hub, pattern: string): [string, number][] {
  const isMeant = parseChannelPattern(pattern);
  return Iterator.from(hub.channels())
    .filter(({ name, subscriptions }) => subscriptions.length > 0 && isMeant(name))
    .take(channelListMax + 1)
    .map(({ name, subscriptions }): [string, number] => [name, subscriptions.length])
    .toArray();
}

function concerned(sessions: Sessions, target: Target): readonly Client[] {
  if (!("client" in target)) return "user" in target ? sessions.ofUser(target.user) : sessions.all();
  return sessions.ofClient(target.client).filter(({ user }) => target.user === undefined || target.user === user);
}

/** Those whose connect is not answered yet count as coming a moment later: no push may be ahead of that reply. */
function connected(clients: readonly Client[]): readonly Client[] {
  return clients.filter(({ state }) => state === "connected");
}

function without(clients: readonly Client[], excepted: readonly string[] = []): readonly Client[] {
  return excepted.length === 0 ? clients : clients.filter(({ id }) => !excepted.includes(id));
}

function apply(command: NodeCommand, clients: readonly Client[], services: ControlServices): number {
  switch (command.kind) {
    case "disconnect": {
      const leaving = without(clients, command.except);
      for (const client of leaving) client.disconnect(command.disconnect);
      return leaving.length;
    }
    case "message": {
      const message = new Delivery({ kind: "message", dataJson: command.dataJson });
      const addressed = without(connected(clients), command.except);
      for (const client of addressed) client.deliver(message);
      return addressed.length;
    }
    case "refresh": {
      for (const client of clients) client.renew(command.expiresAtMs ?? undefined, command.info);
      return clients.length;
    }
    case "unsubscribe":
      return connected(clients).filter((client) => unsubscribe(client, command.channel)).length;
    case "subscribe": {
      const addressed = connected(clients);
      for (const client of addressed) void subscribeFromServer(client, command, services);
      return addressed.length;
    }
    case "move": {
      const addressed = connected(clients);
      for (const client of addressed) move(client, command, services);
      return addressed.length;
    }
    default:
      return unreachable(command);
  }
}

/** The channel it leaves and enters again in one act is one it stays in. */
function move(client: Client, { unsubscribe: left, subscribe: entered }: Move, services: ControlServices): void {
  for (const channel of left) if (!entered.includes(channel)) unsubscribe(client, channel);
  for (const channel of entered) void subscribeFromServer(client, { channel }, services);
}

type Move = Extract<NodeCommand, { readonly kind: "move" }>;

function unsubscribe(client: Client, channel: string): boolean {
  const subscription = client.subscriptions.get(channel);
  if (subscription === undefined) return false;
  client.endSubscription(subscription, unsubscribeCodes.server);
  return true;
}
