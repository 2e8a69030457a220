import { parseChannelPattern } from "@switchyard/broker/channel-pattern";
import { channelListMax, type CommandHandler, type NodeCommand, type Target } from "@switchyard/broker/control";
import { unsubscribeCodes } from "@switchyard/protocol/disconnect-codes";
import { encodeMessagePush, encodeUnsubscribePush } from "@switchyard/protocol/push";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { Hub } from "../hub/hub.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Session } from "../session/session.ts";
import { subscribeFromServer } from "./subscribe-from-server.ts";
import type { SessionServices } from "../session/services.ts";

/** Applies what another process asks about connections to those of this node, and counts them. */
export function createNodeControl(services: SessionServices): CommandHandler {
  return {
    apply: (command) => apply(command, concerned(services.sessions, command.target), services),
    listChannels: (pattern) => listChannels(services.hub, pattern),
  };
}

/** One too many shows that there are more. */
function listChannels(hub: Hub, pattern: string): [string, number][] {
  const isMeant = parseChannelPattern(pattern);
  return Iterator.from(hub.channels())
    .filter(({ name }) => isMeant(name))
    .take(channelListMax + 1)
    .map(({ name, subscriptions }): [string, number] => [name, subscriptions.length])
    .toArray();
}

function concerned(sessions: Sessions<Session>, target: Target): readonly Session[] {
  if (!("client" in target)) return "user" in target ? sessions.ofUser(target.user) : sessions.all();
  return sessions.ofClient(target.client).filter(({ user }) => target.user === undefined || target.user === user);
}

/** Those whose connect is not answered yet count as coming a moment later: no push may be ahead of that reply. */
function connected(sessions: readonly Session[]): readonly Session[] {
  return sessions.filter(({ isConnected }) => isConnected);
}

function without(sessions: readonly Session[], excepted: readonly string[] = []): readonly Session[] {
  return excepted.length === 0 ? sessions : sessions.filter(({ id }) => !excepted.includes(id));
}

function apply(command: NodeCommand, sessions: readonly Session[], services: SessionServices): number {
  switch (command.kind) {
    case "disconnect": {
      const leaving = without(sessions, command.except);
      for (const session of leaving) session.disconnect(command.disconnect);
      return leaving.length;
    }
    case "message": {
      // Encoded once, so that all of them share the bytes.
      const push = encodeMessagePush(command.dataJson);
      const addressed = without(connected(sessions), command.except);
      for (const session of addressed) session.send(push);
      return addressed.length;
    }
    case "refresh": {
      for (const session of sessions) session.renew(command.expiresAtMs ?? undefined, command.info);
      return sessions.length;
    }
    case "unsubscribe":
      return connected(sessions).filter((session) => unsubscribe(session, command.channel)).length;
    case "subscribe": {
      const addressed = connected(sessions);
      for (const session of addressed) void subscribeFromServer(session, command, services);
      return addressed.length;
    }
    default:
      return unreachable(command);
  }
}

function unsubscribe(session: Session, channel: string): boolean {
  const subscription = session.subscriptions.get(channel);
  if (subscription === undefined) return false;
  session.leave(subscription);
  session.send(Buffer.from(encodeUnsubscribePush(channel, unsubscribeCodes.server)));
  return true;
}
