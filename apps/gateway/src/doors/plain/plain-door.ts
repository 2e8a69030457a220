import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Headers } from "@switchyard/decisions/handed-on-headers";
import { createHttpServer } from "@switchyard/runtime/http-server";
import { closeServer } from "@switchyard/runtime/listen";
import { requestPath } from "@switchyard/runtime/request-head";
import type { Settings } from "@switchyard/runtime/settings";
import { emptyBatch } from "../../carriers/batch.ts";
import { webSocketTexts } from "../../carriers/framing.ts";
import { TurnQueue } from "../../carriers/turn-queue.ts";
import { acceptUpgrades, createWebSocketEndpoint, type WebSocketEndpoint } from "../../carriers/upgrade.ts";
import type { WsLine } from "../../carriers/ws-line.ts";
import { keptHeaders } from "../../decisions/asked.ts";
import { answerHttp } from "../../entrance/answer-http.ts";
import type { Entrance } from "../../entrance/entrance.ts";
import { ContinuingSession } from "../../session/continuing-session.ts";
import { oncePerReason } from "../../session/once-per-reason.ts";
import { Origin } from "../../session/origin.ts";
import type { Door } from "../door.ts";
import { LinesInside } from "../lines-inside.ts";
import { openOptionalPort } from "../optional-port.ts";
import { Seat } from "../seat.ts";
import type { PlainServices } from "./let-in.ts";
import { plainEncoder } from "./plain-form.ts";
import { PlainIntake } from "./plain-intake.ts";
import { PlainLine } from "./plain-line.ts";
import { plainRulesOf } from "./plain-rules.ts";

const plainPath = "/connection/plain";

export interface PlainDoorOptions {
  /** By path; the door adds its own. */
  readonly webSockets: Map<string, WebSocketEndpoint>;
  readonly entrance: Entrance;
  readonly services: PlainServices;
}

type PlainSettings = Pick<Settings, "plain" | "gateway">;

/**
 * Pages that open a WebSocket, say who they are, and take every message for what was pushed to them: no protocol, no SDK. Undefined
 * where the settings do not open it.
 * @throws StartupError when the port of its own cannot be had
 */
export async function openPlainDoor(options: PlainDoorOptions, settings: PlainSettings): Promise<Door | undefined> {
  const { webSockets, services } = options;
  if (!settings.plain.enabled) return undefined;
  const inside = new LinesInside();
  const seat = createPlainSeat(inside, services, settings.plain);
  const turn = new TurnQueue();
  const empty = emptyBatch(webSocketTexts);
  const endpoint = createWebSocketEndpoint({
    messageMaxBytes: services.client.message_size_limit,
    subprotocols: [],
    onRefused: (status) => services.metrics.refusedUpgrades.inc({ status }),
    accept(webSocket: WsLine, socket: Duplex, request: IncomingMessage) {
      const outboxMaxBytes = services.client.queue_max_size;
      const line = new PlainLine({ webSocket, socket, turn, empty, outboxMaxBytes });
      seat(line, keptHeaders(request, services.hooks));
    },
  });
  webSockets.set(plainPath, endpoint);
  const closePort = await openPort(endpoint, options, settings);
  return {
    name: "plain",
    // The entrance is shut for all doors.
    shut: () => undefined,
    drain: (reason, pace) => inside.drain(reason, pace),
    close: async () => void (await Promise.all([inside.ended(), closePort()])),
  };
}

function createPlainSeat(
  inside: LinesInside,
  services: PlainServices,
  section: PlainSettings["plain"],
): (line: PlainLine, headers: Headers | undefined) => void {
  const rules = plainRulesOf(section, services.rules);
  const tell = oncePerReason((reason, what) => services.logger.warn({ reason }, what));
  const encoder = plainEncoder(4, section.closing_notice);
  const origin = new Origin({ door: "plain", transport: "websocket", protocol: "json" });
  return (line, headers) => {
    const session = new ContinuingSession({ transport: line, encoder, services, origin, headers });
    const intake = new PlainIntake({ client: session, line, rules, services, tell });
    line.listen(new Seat({ session, intake, inside }));
    line.onPong(() => session.takePong());
  };
}

/** Where every path is this door's, for pages that name none. Returns how to close it. */
async function openPort(
  endpoint: WebSocketEndpoint,
  { entrance, services }: PlainDoorOptions,
  { plain, gateway }: PlainSettings,
): Promise<() => Promise<void>> {
  const { logger } = services;
  if (plain.port === 0) return async () => undefined;
  const server = createHttpServer((request, response) =>
    answerHttp(request, response, { websocketPaths: [requestPath(request)], others: [] }),
  );
  entrance.watch(server);
  acceptUpgrades({
    server,
    endpointOf: () => endpoint,
    judge: (request, misshapen) => entrance.judge(request, misshapen),
    onRefused: (status) => services.metrics.refusedUpgrades.inc({ status }),
  });
  const address = { host: gateway.host, port: plain.port };
  const open = async () => {
    server.listen(address.port, address.host === "::" ? undefined : address.host);
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  const isOpen = await openOptionalPort({ door: "plain", address, gateway, logger, open });
  return isOpen ? () => closeServer(server) : async () => undefined;
}
