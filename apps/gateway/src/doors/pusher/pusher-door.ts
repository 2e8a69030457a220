import { randomInt } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { createPusherApps, type PusherApp } from "@switchyard/pusher/apps";
import { parseDurationMs } from "@switchyard/runtime/duration";
import { requestPath, requestQuery } from "@switchyard/runtime/request-head";
import type { Settings } from "@switchyard/runtime/settings";
import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import { emptyBatch } from "../../carriers/batch.ts";
import { readyFrames } from "../../carriers/framing.ts";
import { TurnQueue } from "../../carriers/turn-queue.ts";
import { createWebSocketEndpoint, type WebSocketEndpoint } from "../../carriers/upgrade.ts";
import type { WsLine } from "../../carriers/ws-line.ts";
import { WsTransport } from "../../carriers/ws-transport.ts";
import { Origin } from "../../session/origin.ts";
import type { Door } from "../door.ts";
import { LinesInside } from "../lines-inside.ts";
import { pusherCloses } from "./close-codes.ts";
import { PusherLine } from "./pusher-line.ts";
import { pusherForms, seatPusher } from "./seat-pusher.ts";
import { Rooms } from "./rooms.ts";
import type { PusherServices, PusherShared } from "./services.ts";
import { SubscriberCounts } from "./subscriber-counts.ts";

export interface PusherDoorOptions {
  /** By path, where one that ends with a slash stands for all below it; the door adds its own. */
  readonly webSockets: Map<string, WebSocketEndpoint>;
  readonly services: PusherServices;
  readonly settings: Settings["pusher"];
}

/** Behind it stands the key of an app. */
const pathPrefix = "/app/";

/** Clients that speak the Pusher protocol, version 7: `pusher-js`, Laravel Echo and what else there is. Undefined where there are no apps. */
export function openPusherDoor({ webSockets, services, settings }: PusherDoorOptions): Door | undefined {
  if (settings.apps.length === 0) return undefined;
  const { client, metrics } = services;
  const turn = new TurnQueue();
  const empty = emptyBatch(readyFrames);
  const rooms = new Rooms(services);
  const shared: PusherShared = { ...services, rooms, counts: new SubscriberCounts(services) };
  const inside = new LinesInside();
  const apps = createPusherApps(settings);
  const forms = new Map(apps.all.map((app, index) => [app, pusherForms(app, index)]));
  const origin = new Origin({ door: "pusher", transport: "websocket", protocol: "json" });
  const countOf = new Map<PusherApp, number>();
  const activitySeconds = Math.max(1, Math.round(parseDurationMs(settings.activity_timeout) / 1_000));

  function accept(webSocket: WsLine, socket: Duplex, request: IncomingMessage): void {
    const outboxMaxBytes = client.queue_max_size;
    const carrier = new WsTransport({ webSocket, socket, turn, empty, outboxMaxBytes });
    const line = new PusherLine(carrier);
    const app = apps.byKey(requestPath(request).slice(pathPrefix.length));
    const form = app && forms.get(app);
    const count = (app && countOf.get(app)) ?? 0;
    const end = refusalOf(app, request, count);
    if (app === undefined || form === undefined || end !== undefined) return turnAway(line, end ?? pusherCloses.noApp);
    countOf.set(app, count + 1);
    const onClosed = () => void countOf.set(app, (countOf.get(app) ?? 1) - 1);
    seatPusher({ app, line, form, origin, inside, onClosed, id: newSocketId(), activitySeconds }, shared);
  }

  function turnAway(line: PusherLine, end: Disconnect): void {
    const ended = { isIn: false, isBusy: false, announceEnd: () => false, disconnect: ignore };
    inside.add(ended);
    const closed = () => inside.delete(ended);
    line.listen({ frame: ignore, slow: ignore, flooded: ignore, inputEnded: () => Promise.resolve(), closed });
    line.end(end);
  }

  const endpoint = createWebSocketEndpoint({
    messageMaxBytes: client.message_size_limit,
    subprotocols: [],
    onRefused: (status) => metrics.refusedUpgrades.inc({ status }),
    accept,
  });
  webSockets.set(pathPrefix, endpoint);
  return {
    name: "pusher",
    // The entrance lets in nobody, and nothing of this door comes in later than at it.
    shut: ignore,
    drain: (reason, pace) => inside.drain(reason, pace),
    async close() {
      await inside.ended();
      rooms.close();
    },
  };
}

/** Why a client of this app is sent away at once. Those that say no version, as some do, speak the one there is. */
function refusalOf(app: PusherApp | undefined, request: IncomingMessage, count: number): Disconnect | undefined {
  if (app === undefined) return pusherCloses.noApp;
  if (!app.enabled) return pusherCloses.appDisabled;
  const protocol = requestQuery(request).get("protocol") ?? "7";
  if (!["5", "6", "7"].includes(protocol)) return pusherCloses.protocolUnsupported;
  return app.connection_limit > 0 && count >= app.connection_limit ? pusherCloses.appFull : undefined;
}

const part = 2 ** 48 - 1;

/** Two numbers with a dot, which SDKs of back ends insist on; too many to be met again or guessed. */
function newSocketId(): string {
  return `${randomInt(part)}.${randomInt(part)}`;
}

function ignore(): void {}
