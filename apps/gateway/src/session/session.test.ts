import { knownChannelName } from "@switchyard/broker/channel-name";
import { createChannelRules } from "@switchyard/broker/channel-rules";
import { disconnectCodes, unsubscribeCodes, type Disconnect } from "@switchyard/protocol/disconnect-codes";
import { checkSettings } from "@switchyard/runtime/load-settings";
import { createLogger } from "@switchyard/runtime/logger";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Hub } from "../hub/hub.ts";
import type { Notice } from "../hub/notice.ts";
import { createGatewayMetrics } from "../metrics/gateway-metrics.ts";
import { Expiries } from "./expiries.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Origin } from "./origin.ts";
import type { SessionServices } from "./services.ts";
import { Session } from "./session.ts";
import { Sessions } from "./sessions.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const settings = checkSettings({});
const staleCloseDelayMs = 1_000;
const origin = new Origin({ door: "centrifuge", transport: "websocket", protocol: "json" });
const channel = knownChannelName("news");

/** A session on a line that only notes what is done to it. */
function createSession() {
  const codes: number[] = [];
  const told: Notice[] = [];
  const left: unknown[] = [];
  const services: SessionServices = {
    hub: new Hub({
      interest: { acquire: async () => undefined, release: () => undefined },
      conflateIntervalMs: () => 0,
    }),
    sessions: new Sessions(),
    reads: { read: () => Promise.reject(new Error("nobody reads here")) },
    inbox: { snapshot: () => Promise.reject(new Error("nobody begins here")) },
    roster: { join: async () => undefined, leave: (subscription) => void left.push(subscription), update() {} },
    connections: undefined,
    publications: undefined,
    hooks: undefined,
    rules: createChannelRules(settings.channel),
    revocations: { isRevoked: () => false, isBlocked: () => false },
    heartbeat: new Heartbeat({ pingIntervalMs: 25_000, pongTimeoutMs: 8_000 }),
    expiries: new Expiries(),
    uplinksMayBeLost: () => false,
    metrics: createGatewayMetrics(),
    logger: createLogger({ app: "test", level: "fatal" }),
    client: settings.client,
    staleCloseDelayMs,
    expiredCloseDelayMs: 0,
    expiredSubCloseDelayMs: 0,
  };
  const transport = {
    isBehind: false,
    send() {},
    close: ({ code }: { readonly code: number }) => void codes.push(code),
    pause() {},
    resume() {},
  };
  const encode = (notice: Notice) => {
    told.push(notice);
    return Buffer.from("{}");
  };
  const encoder = { index: 0, encode, ping: Buffer.from("{}"), hasPongs: true };
  return { session: new Session({ transport, encoder, services, origin }), codes, left, told, transport };
}

test("a line on which nobody connects in time is ended, one on which somebody has connected is not", () => {
  const [stranger, client] = [createSession(), createSession()];
  client.session.connected();
  vi.advanceTimersByTime(staleCloseDelayMs);
  expect(stranger.codes).toEqual([disconnectCodes.stale.code]);
  expect(client.codes).toEqual([]);
});

test("a client that has said who it is and cannot be let in yet is ended for a while, not for good", () => {
  const { session, codes } = createSession();
  session.knocked();
  vi.advanceTimersByTime(staleCloseDelayMs);
  expect(codes).toEqual([disconnectCodes.serverError.code]);
});

test("a client whose connect was refused is ended as a stranger is", () => {
  const { session, codes } = createSession();
  session.knocked();
  session.refuse();
  session.connected();
  vi.advanceTimersByTime(staleCloseDelayMs);
  expect(codes).toEqual([disconnectCodes.stale.code]);
});

test("each ping is to be answered once: who does is not closed, who does not is", () => {
  const { session, codes } = createSession();
  session.connected();
  for (let ping = 0; ping < 2; ping++) {
    session.ping();
    expect(session.takePong()).toBe(true);
    expect(session.takePong()).toBe(false);
    session.checkAlive();
  }
  expect(codes).toEqual([]);
  session.ping();
  session.checkAlive();
  expect(codes).toEqual([disconnectCodes.noPong.code]);
});

test("a late end of a subscription does not take along the one that has followed it", () => {
  const { session, left } = createSession();
  const first = session.join(channel, false);
  if (first === undefined) throw new Error("the session is closed");
  session.endSubscription(first, unsubscribeCodes.insufficientState);
  const second = session.join(channel, false);
  // As when a subscribe fails whose subscription had been taken away already.
  session.leave(first);
  expect(session.subscriptions.get(channel)).toBe(second);
  expect(left).toEqual([first, first]);
});

test("before an end that a person should understand the client is told when it may come back, or that it should not", () => {
  const soon = expect.toSatisfy((ms: number) => ms >= 0 && ms <= 1_000) as unknown;
  for (const [reason, reconnectAfterMs] of [
    [disconnectCodes.shutdown, soon],
    [disconnectCodes.connectionExpired, soon],
    [disconnectCodes.forceDisconnect, null],
    [{ code: 4000, reason: "said by a back end" }, soon],
    [{ code: 4500, reason: "said by a back end" }, null],
  ] as const) {
    const { session, told, codes } = createSession();
    session.connected();
    session.disconnect(reason);
    expect([told, codes]).toEqual([[{ kind: "closing", ...reason, reconnectAfterMs }], [reason.code]]);
  }
});

test("nobody is told of an end who is not in yet, takes nothing, has broken the protocol, or knows of it", () => {
  const ended = (prepare: (one: ReturnType<typeof createSession>) => void, reason: Disconnect) => {
    const one = createSession();
    one.session.connected();
    prepare(one);
    one.session.disconnect(reason, one.told.length > 0);
    return one.told;
  };
  const { shutdown, slow, noPong, badRequest } = disconnectCodes;
  const stranger = createSession();
  stranger.session.disconnect(shutdown);
  expect(stranger.told).toEqual([]);
  expect(ended(({ transport }) => void (transport.isBehind = true), shutdown)).toEqual([]);
  for (const reason of [slow, noPong, badRequest]) expect(ended(() => undefined, reason)).toEqual([]);
  const once = ended(({ session }) => expect(session.announceEnd(shutdown, 700)).toBe(true), shutdown);
  expect(once).toEqual([{ kind: "closing", ...shutdown, reconnectAfterMs: 700 }]);
});
