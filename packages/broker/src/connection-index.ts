/**
 * Who is connected, over all gateways: by client, and by user.
 *
 * A gateway writes what it has, behind its clients: none of them waits for it, and a herd that connects is a few scripts a second.
 * So the index is a moment behind. Records stand under the lease of their gateway (see NodeRegistry): those of a dead one are passed
 * over by readers from the moment its lease has run out, and a survivor takes them out. Connections that are idle cost nothing.
 */
export interface ConnectionReader {
  /** Undefined: it is not connected. @throws HubError 100 (temporary) when Redis does not answer, as do all of these */
  one(client: string): Promise<ConnectionRecord | undefined>;
  /** Connections of a user in the order of their ids, from behind `after`; default: from the first, at most {@link connectionPageMax}. */
  ofUser(user: string, page?: UserPage): Promise<readonly ConnectionRecord[]>;
  /**
   * Every connection there is, in parts. Not a snapshot: who was connected all the while of the reading is in it, who came or went
   * meanwhile may be, and now and then one may be there twice.
   * @param cursor as the part before has it; undefined begins
   * @throws HubError 107 for a cursor that is none of its own
   */
  page(cursor: string | undefined, limit: number): Promise<ConnectionPage>;
  /** In the order of `users`. */
  status(users: readonly string[]): Promise<readonly UserStatus[]>;
  close(): Promise<void>;
}

export interface UserPage {
  readonly after?: string;
  readonly limit?: number;
}

export interface ConnectionPage {
  /** About `limit`, as many as Redis gives at a time more. */
  readonly connections: readonly ConnectionRecord[];
  /** Undefined: there is nothing more. A part may be empty although there is more. */
  readonly next: string | undefined;
}

export interface UserStatus {
  readonly online: boolean;
  readonly connections: number;
  /** When the user's last connection went, by Redis' clock; kept for 30 days. Undefined while online, and of users that nothing is known of. */
  readonly lastSeenMs: number | undefined;
}

export const connectionPageMax = 1_000;

/** What is known of a connected client. */
export interface ConnectionRecord extends ConnectionFacts {
  /** The public id. */
  readonly client: string;
  /** The `uid` of its gateway: where commands about it go. */
  readonly node: string;
}

export interface ConnectionFacts {
  /** Empty for the anonymous user. */
  readonly user: string;
  /** By which it came in: `centrifuge`, `pusher` or `plain`. */
  readonly door: string;
  /** `websocket`, `http_stream`, `sse`, or one of these with `uni_` before it. */
  readonly transport: string;
  /** `json` or `protobuf`. */
  readonly protocol: string;
  /** What its SDK calls itself. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  /** By its gateway's clock. */
  readonly connectedAtMs: number;
  /** What its back end has attached to it, exact as `parseExactJson` has it. Clients are never shown it. */
  readonly meta?: unknown;
}

/** For gateways. Idempotent: what failed, or may have, is written again. */
export interface ConnectionWriter {
  /** Returns how many events gave way because too many wait (event-outbox.ts). */
  write(batch: ConnectionBatch): Promise<number>;
  /** Takes everything of a dead lease out; returns how many connections that were. */
  sweep(lease: string): Promise<number>;
  close(): Promise<void>;
}

/** No client is in it twice. */
export interface ConnectionBatch {
  readonly lease: string;
  /** What this node wrote under the lease it had before moves to this one. */
  readonly formerLease: string | undefined;
  /** Who has come, or is known by something else than before. */
  readonly open: ReadonlyMap<string, OpenConnection>;
  /** Into and out of channels whose subscriptions are told. */
  readonly subscriptions: readonly SubscriptionChange[];
  readonly closed: ReadonlyMap<string, ClosedConnection>;
}

export interface OpenConnection {
  readonly facts: ConnectionFacts;
  /** It may have been written before. If it is not there, it was taken for lost. */
  readonly isKnown: boolean;
}

export interface SubscriptionChange {
  readonly client: string;
  readonly user: string;
  readonly channel: string;
  readonly isIn: boolean;
}

export interface ClosedConnection {
  readonly user: string;
  /** For the event. Undefined: nobody is told of connections. */
  readonly end?: ConnectionEnd | undefined;
}

/** How a connection has ended. */
export interface ConnectionEnd {
  readonly code: number;
  readonly reason: string;
  /** The client or its network; or the hub, for whatever reason. */
  readonly initiator: "client" | "hub";
  readonly durationMs: number;
  /** It was in; undefined: those whose subscriptions are told. */
  readonly channels?: readonly string[] | undefined;
}

/** Of a connection whose gateway has died. */
export const nodeLost = { code: 1006, reason: "node lost" } as const;
