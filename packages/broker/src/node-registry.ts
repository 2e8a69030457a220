/**
 * Which gateways are alive, as far as Redis knows. A node renews its entry every 3 s; an entry 10 s old counts as dead and
 * is not listed. Times are Redis' own clock, so skewed nodes do not bury each other.
 */
export interface NodeRegistry {
  /** Begins renewing this node's entry; `describe` is asked each time. */
  start(describe: () => NodeDescription): Promise<void>;
  list(): Promise<NodeDescription[]>;
  /** Removes this node's entry at once, so that a clean stop leaves no ghost. */
  close(): Promise<void>;
}

/** What `POST /api/info` shows of a node; the field names are Centrifugo's. */
export interface NodeDescription {
  readonly uid: string;
  readonly name: string;
  readonly version: string;
  readonly num_clients: number;
  readonly num_users: number;
  readonly num_subs: number;
  readonly num_channels: number;
  /** Seconds. */
  readonly uptime: number;
}
