import type { Server } from "node:http";
import { requestPath } from "@switchyard/runtime/request-head";
import type { Settings } from "@switchyard/runtime/settings";
import type { HttpHandler } from "./carriers/http-handler.ts";
import { acceptUpgrades, type WebSocketEndpoint } from "./carriers/upgrade.ts";
import { openCentrifugeDoor } from "./doors/centrifuge/centrifuge-door.ts";
import type { EmulatedLines } from "./doors/centrifuge/emulated-lines.ts";
import type { CentrifugeServices } from "./doors/centrifuge/services.ts";
import type { Door } from "./doors/door.ts";
import { openPlainDoor } from "./doors/plain/plain-door.ts";
import { openPusherDoor, type PusherDoorOptions } from "./doors/pusher/pusher-door.ts";
import { openTextDoor, type TextDoorOptions } from "./doors/text/text-door.ts";
import { openUdpDoor } from "./doors/udp/udp-door.ts";
import type { Entrance } from "./entrance/entrance.ts";

/** What doors serve on the gateway's own port, by path. */
export interface Served {
  readonly endpoints: Map<string, HttpHandler>;
  readonly webSockets: Map<string, WebSocketEndpoint>;
}

export interface OpenDoors {
  readonly settings: Settings;
  /** Of the gateway's own port. */
  readonly server: Server;
  readonly served: Served;
  readonly entrance: Entrance;
  readonly emulated: EmulatedLines;
  readonly services: CentrifugeServices & Pick<TextDoorOptions, "broker"> & PusherDoorOptions["services"];
}

/**
 * Every way into a gateway. First those that may find their port taken.
 * @throws StartupError when a port cannot be had
 */
export async function openDoors(options: OpenDoors): Promise<readonly Door[]> {
  const { settings, served, entrance, emulated, services } = options;
  const { broker, rules, metrics, logger } = services;
  const pushing = { settings, broker, rules, registry: metrics.registry, logger };
  const opening = { ...served, entrance, services };
  const optional = [
    await openTextDoor(pushing),
    await openUdpDoor(pushing),
    await openPlainDoor(opening, settings),
    openPusherDoor({ ...opening, settings: settings.pusher }),
  ].filter((door) => door !== undefined);
  const centrifuge = openCentrifugeDoor({ ...opening, emulated, websocket: settings.websocket });
  takeWebSockets(options);
  return [centrifuge, ...optional];
}

function takeWebSockets({ server, entrance, services, served: { webSockets } }: OpenDoors): void {
  const nothingThere = { status: 404, reason: `WebSockets are accepted at ${[...webSockets.keys()].join(" and ")}` };
  acceptUpgrades({
    server,
    endpointOf: (request) => endpointAt(requestPath(request), webSockets) ?? nothingThere,
    judge: (request, misshapen) => entrance.judge(request, misshapen),
    onRefused: (status) => services.metrics.refusedUpgrades.inc({ status }),
  });
}

/** A path that ends with a slash stands for all that have one name behind it. */
function endpointAt(path: string, webSockets: Served["webSockets"]): WebSocketEndpoint | undefined {
  return webSockets.get(path) ?? webSockets.get(path.replace(/[^/]+$/, ""));
}
