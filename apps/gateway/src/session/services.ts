import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { Revocations } from "@switchyard/broker/revocation";
import type { Headers } from "@switchyard/decisions/handed-on-headers";
import type { Inbox } from "@switchyard/inbox/inbox";
import type { Settings } from "@switchyard/runtime/settings";
import type { Logger } from "@switchyard/runtime/logger";
import type { Transport } from "../carriers/transport.ts";
import type { Hooks } from "../decisions/hooks.ts";
import type { Hub } from "../hub/hub.ts";
import type { Encoder } from "../hub/notice.ts";
import type { GatewayMetrics } from "../metrics/gateway-metrics.ts";
import type { ConnectionKeeper } from "../presence/connection-keeper.ts";
import type { PublicationTeller } from "../presence/publication-teller.ts";
import type { Roster } from "../presence/roster.ts";
import type { SharedReads } from "../recovery/shared-reads.ts";
import type { Expiries } from "./expiries.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Origin } from "./origin.ts";
import type { Sessions } from "./sessions.ts";

/** What every session of a gateway shares; one object per process, so a session holds one reference. */
export interface SessionServices {
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly reads: Pick<SharedReads, "read">;
  readonly inbox: Pick<Inbox, "snapshot">;
  readonly roster: Pick<Roster, "join" | "leave" | "update">;
  /** Undefined: connections are not listed. */
  readonly connections: ConnectionListeners | undefined;
  /** Undefined: nobody is told of what clients publish. */
  readonly publications: Pick<PublicationTeller, "published"> | undefined;
  readonly rules: ChannelRules;
  /** Undefined: back ends are asked nothing. */
  readonly hooks: Hooks | undefined;
  readonly revocations: Pick<Revocations, "isRevoked" | "isBlocked">;
  readonly heartbeat: Heartbeat;
  readonly expiries: Expiries;
  /** Within the time for a pong, Redis did not pass on what other nodes were told. */
  readonly uplinksMayBeLost: () => boolean;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly client: Settings["client"];
  readonly staleCloseDelayMs: number;
  readonly expiredCloseDelayMs: number;
  readonly expiredSubCloseDelayMs: number;
}

/** Told of what becomes of clients. */
export type ConnectionListeners = Pick<
  ConnectionKeeper,
  "opened" | "changed" | "subscribed" | "unsubscribed" | "closed"
>;

/** What makes a session. */
export interface SessionOptions {
  /** The line to the client. */
  readonly transport: Transport;
  /** How the client reads what it is told. */
  readonly encoder: Encoder;
  readonly services: SessionServices;
  readonly origin: Origin;
  /** Of the client's own HTTP request: those that a hook hands on. */
  readonly headers?: Headers | undefined;
  /** Where the wire has a form of its own for it; random in any case. */
  readonly id?: string;
}
