/** A client of the hub that writes what it sees into the ledger, whatever it is made of. */
export interface LedgerClient {
  readonly id: string;
  readonly channels: readonly string[];
  /** Connected, with every channel subscribed. */
  readonly isReady: boolean;
  /** The last publication it was handed on this channel, or where its subscription started. */
  position(channel: string): StreamPosition | undefined;
  /** Goes away for a while as an app in the background does, keeping its positions; and comes back with them. */
  leave(): void;
  comeBack(): void;
  close(): void;
}

/** As the wire has it. The ledgers share no code with the hub, not even its types. */
export interface StreamPosition {
  readonly epoch: string;
  readonly offset: number;
}
