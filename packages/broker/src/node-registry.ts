/**
 * Which processes of one kind are alive, as far as Redis knows, and what each of them says of itself. A node renews its lease
 * every 3 s; one that is 10 s old has run out and is not listed. Times are Redis' own clock, so skewed nodes do not bury each
 * other.
 *
 * What a node writes about its clients names the lease it was written under ({@link lease}). A survivor claims a lease that
 * has run out and sweeps what was written under it. From then on the node, should it still be there (it was frozen, or cut off
 * from Redis), cannot renew; it begins a new lease and writes everything anew, so sweeping and coming back never meet.
 */
export interface NodeRegistry<Description extends { readonly uid: string } = NodeDescription> {
  /** Begins renewing this node's lease; `describe` is asked each time. */
  start(describe: () => Description, events?: NodeEvents): Promise<void>;
  /** Writes at once what `describe` says now; never rejects, for the next renewal writes it, too. */
  announce(): Promise<void>;
  /** The name of the present lease; the node's `uid` until the first one was lost. */
  readonly lease: string;
  list(): Promise<Description[]>;
  /** Which of these processes of any kind have left by themselves within the last hour, and what each said last; all others have died. */
  leftOf<Left extends { readonly uid: string }>(uids: readonly string[]): Promise<ReadonlyMap<string, Left>>;
  /** What processes of any kind were started with, by {@link ProcessDescription.settings}; undefined is what is not known any more. */
  settingsOf(hashes: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** A dead node that nobody sweeps at the moment, now this node's to sweep. */
  claimDead(): Promise<DeadNode | undefined>;
  /** It is swept. */
  bury(dead: DeadNode): Promise<void>;
  /**
   * Lets the lease run out at once, so that a clean stop leaves no ghost. It is swept by the others all the same: what could
   * not be removed on the way out goes then.
   */
  close(): Promise<void>;
}

export interface NodeEvents {
  /** The lease was lost and a new one has begun: everything this node has written must be written again. */
  readonly onNewLease: () => void;
  /**
   * Some node's lease has run out, and this node has been in touch with Redis for long enough to tell a death from an outage
   * of Redis, in which every lease runs out.
   */
  readonly onDead: () => void;
}

export interface DeadNode {
  readonly node: string;
  readonly claimedUntilMs: number;
}

/** What a process was started with, without secrets: kept beside the list for as long as one with the same is there, and an hour longer. */
export interface KeptSettings {
  readonly hash: string;
  readonly json: string;
}

/** Gateways are the nodes: they are what others write about, and what commands about connections go to. */
export type NodeKind = "nodes" | "apis" | "workers";

export interface ProcessDescription {
  readonly uid: string;
  /** `gateway.name`, or the host and the port of its probes. */
  readonly name: string;
  readonly version: string;
  /** The hash of what it was started with; absent: a release that does not say. */
  readonly settings?: string;
  /** Absent: a gateway, which says its uptime, or a release that does not say. */
  readonly startedAtMs?: number;
}

/** What `POST /api/info` shows of a node; the field names are Centrifugo's. */
export interface NodeDescription extends ProcessDescription {
  readonly num_clients: number;
  readonly num_users: number;
  readonly num_subs: number;
  readonly num_channels: number;
  /** Seconds. */
  readonly uptime: number;
}
