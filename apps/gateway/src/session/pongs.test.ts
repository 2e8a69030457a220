import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import { expect, onTestFinished, test } from "vitest";
import type { Transport } from "../carriers/transport.ts";
import type { Encoder } from "../hub/notice.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Origin } from "./origin.ts";
import type { SessionServices } from "./services.ts";
import { Session } from "./session.ts";
import { Sessions } from "./sessions.ts";

const origin = new Origin({ door: "centrifuge", transport: "http_stream", protocol: "json" });
const encoder: Encoder = { index: 0, encode: () => Buffer.of(), ping: Buffer.from("{}"), hasPongs: true };

/** A client that was pinged and has not answered. */
function pinged({ hasUplinks }: { hasUplinks: boolean }) {
  const closed: Disconnect[] = [];
  const transport: Transport = {
    isBehind: false,
    hasUplinks,
    send: () => undefined,
    close: (disconnect) => void closed.push(disconnect),
    pause: () => undefined,
    resume: () => undefined,
  };
  const redis = { wasAway: false };
  const services: Partial<SessionServices> = {
    sessions: new Sessions(),
    heartbeat: new Heartbeat({ pingIntervalMs: 25_000, pongTimeoutMs: 8_000 }),
    uplinksMayBeLost: () => redis.wasAway,
    staleCloseDelayMs: 60_000,
  };
  const session = new Session({ transport, encoder, services: services as SessionServices, origin });
  onTestFinished(() => session.disconnect({ code: 3000, reason: "over" }));
  session.ping();
  return { session, closed, redis };
}

test.each([true, false])("who does not answer a ping is gone (uplinks: %s)", (hasUplinks) => {
  const { session, closed } = pinged({ hasUplinks });
  session.checkAlive();
  expect(closed).toMatchObject([{ code: 3012, reason: "no pong" }]);
});

test("a client whose pong may have been lost between nodes is judged by the next ping", () => {
  const { session, closed, redis } = pinged({ hasUplinks: true });
  redis.wasAway = true;
  session.checkAlive();
  expect(closed).toEqual([]);
  redis.wasAway = false;
  session.ping();
  session.checkAlive();
  expect(closed).toHaveLength(1);
});

test("a WebSocket is judged while Redis is away: its pongs come over its own line", () => {
  const { session, closed, redis } = pinged({ hasUplinks: false });
  redis.wasAway = true;
  session.checkAlive();
  expect(closed).toHaveLength(1);
});
