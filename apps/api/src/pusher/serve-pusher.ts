import type { Control } from "@switchyard/broker/control";
import type { PusherApps } from "@switchyard/pusher/apps";
import type { Scope } from "../scope.ts";
import { readChannels, type ReadChannelsDeps } from "./read-channels.ts";
import { requireSignature } from "./signed-request.ts";
import { terminateConnections } from "./terminate-connections.ts";
import { triggerEvents, type TriggerDeps } from "./trigger-events.ts";

export interface PusherDeps extends ReadChannelsDeps, TriggerDeps {
  readonly apps: PusherApps;
  readonly control: Pick<Control, "ask">;
}

/**
 * The REST API of the Pusher protocol, for its libraries as they are. Paths, bodies, answers and the plain text of errors are
 * theirs, so these routes keep none of the conventions of `/v1` and stand outside of the OpenAPI document
 * (docs/decisions/0021).
 */
export async function servePusher(scope: Scope, deps: PusherDeps): Promise<void> {
  requireSignature(scope, deps.apps);
  triggerEvents(scope, deps);
  readChannels(scope, deps);
  terminateConnections(scope, deps);
}
