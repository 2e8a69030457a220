import type { ConnectResult } from "../commands/connect.ts";
import type { PresenceStatsResult } from "../commands/read-channel.ts";
import type { RefreshResult, SubRefreshResult } from "../commands/refresh.ts";
import type { SubscribeResult } from "../commands/subscribe.ts";
import type { SentPublication } from "../delta/publication-delta.ts";
import type { Payload } from "../payload.ts";
import type { StreamPosition } from "../stream-position.ts";

/** What a session answers, in terms no encoding has a part in. A command that only succeeds has a result without fields. */
export interface Results {
  readonly connect: ConnectionResult;
  readonly subscribe: SubscriptionResult;
  readonly unsubscribe: EmptyResult;
  readonly publish: EmptyResult;
  /** Client ids with the JSON of their `ClientInfo`. */
  readonly presence: { readonly members: ReadonlyMap<string, string> };
  readonly presence_stats: PresenceStatsResult;
  readonly history: StreamPosition & {
    readonly publications: readonly SentPublication[];
    /** The answer would have become too large: what was asked for goes on behind the last publication. */
    readonly more?: boolean;
  };
  readonly rpc: { readonly data?: Payload };
  readonly refresh: RefreshResult;
  readonly sub_refresh: SubRefreshResult;
}

type EmptyResult = Readonly<Record<string, never>>;

export type SubscriptionResult = SubscribeResult & {
  readonly publications?: readonly SentPublication[];
  /** The back end's words to this subscriber. */
  readonly data?: Payload;
  /** Publications of this subscription come as deltas. */
  readonly delta?: true;
};

/** `session` and `node` are there where commands come by another way than this one. `time` is in milliseconds since 1970. */
export type ConnectionResult = Omit<ConnectResult, "node" | "pong"> & {
  readonly pong?: true;
  readonly node?: string;
  readonly session?: string;
  readonly time?: number;
  readonly data?: Payload;
  readonly subs?: ReadonlyMap<string, SubscriptionResult>;
};
