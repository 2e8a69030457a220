import type { HistoryReader, Publisher } from "@switchyard/broker/broker";
import type { ChannelRules } from "@switchyard/broker/channel-rules";
import type { PresenceReader } from "@switchyard/broker/presence";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { TokenVerifier } from "../access/token-verifier.ts";
import type { SharedReads } from "../recovery/shared-reads.ts";
import type { Hub } from "../hub/hub.ts";
import type { Sessions } from "./sessions.ts";
import type { Rate } from "../limits/rate-limit.ts";
import type { GatewayMetrics } from "../metrics/gateway-metrics.ts";
import type { Roster } from "../presence/roster.ts";
import type { Expiries } from "./expiries.ts";
import type { Heartbeat } from "./heartbeat.ts";
import type { Session } from "./session.ts";

/** What every session of a gateway shares; one object per process, so a session holds one reference. */
export interface SessionServices {
  readonly hub: Hub;
  readonly sessions: Sessions<Session>;
  readonly broker: Publisher & HistoryReader;
  readonly reads: SharedReads;
  readonly rules: ChannelRules;
  readonly presence: PresenceReader;
  readonly roster: Roster;
  readonly tokens: TokenVerifier;
  readonly heartbeat: Heartbeat;
  readonly expiries: Expiries;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  readonly client: Settings["client"];
  readonly staleCloseDelayMs: number;
  readonly expiredCloseDelayMs: number;
  readonly expiredSubCloseDelayMs: number;
  /** Of one connection's commands; undefined is no limit. */
  readonly commandRate: Rate | undefined;
  /** Seconds between pings, as told to clients. */
  readonly pingSeconds: number;
  readonly node: { readonly uid: string; readonly version: string };
}
