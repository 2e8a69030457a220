/**
 * One line of a ledger: what one party saw, written down when it happened and never changed. A run is judged from these
 * lines alone, by another process, so nothing the hub or its clients believe about themselves can colour the verdict.
 *
 * Times are milliseconds since 1970 with fractions. Everything runs on one machine, so they compare.
 */
export type LedgerRecord = PublishRecord | ClientRecord | FaultRecord;

/** One attempt to publish. The attempts of one message share `id`, which is its idempotency key as well. */
export interface PublishRecord {
  readonly kind: "publish";
  readonly id: string;
  readonly channel: string;
  /** When it was due by the schedule, not when the publisher came to it: a stalled hub cannot slow its own measurement. */
  readonly sendTs: number;
  readonly doneTs: number;
  /** `unknown`: no answer, or one that leaves open whether it happened. */
  readonly outcome: "ack" | "refused" | "unknown";
  /** Set when acknowledged. */
  readonly epoch?: string;
  readonly offset?: number;
  /** See {@link DeliveryRecord}. */
  readonly leap?: number;
}

export type ClientRecord =
  | SubscribedRecord
  | DeliveryRecord
  | UnsubscribedRecord
  | ConnectionOpenedRecord
  | ConnectionClosedRecord;

/** The reply to a subscribe. */
export interface SubscribedRecord {
  readonly kind: "subscribed";
  readonly client: string;
  readonly channel: string;
  readonly ts: number;
  /** The client asked to continue from a position it held. */
  readonly asked: boolean;
  /** What it was told: everything missed follows, or (`announced`) that something is missing. Neither: a fresh start. */
  readonly recovered: boolean;
  readonly announced: boolean;
  /** Where the subscription starts; with `recovered` it is where the client stood. */
  readonly epoch: string;
  readonly offset: number;
}

/** A publication handed to the application. The wire does not repeat the epoch; it is the one last subscribed under. */
export interface DeliveryRecord {
  readonly kind: "delivery";
  readonly client: string;
  readonly channel: string;
  readonly ts: number;
  readonly id: string;
  readonly epoch: string;
  readonly offset: number;
  /** The judge's: which history of the stream it is of, see `inSequence`. */
  readonly leap?: number;
  readonly viaRecovery: boolean;
}

/** By the server (`code` from 2000 on) or because the client wanted to (0). */
export interface UnsubscribedRecord {
  readonly kind: "unsubscribed";
  readonly client: string;
  readonly channel: string;
  readonly ts: number;
  readonly code: number;
}

export interface ConnectionOpenedRecord {
  readonly kind: "opened";
  readonly client: string;
  readonly ts: number;
}

export interface ConnectionClosedRecord {
  readonly kind: "closed";
  readonly client: string;
  readonly ts: number;
  readonly code: number;
  readonly reason: string;
}

/** Something was done to the system, or was undone (`healed`): what recovery times are counted from. */
export interface FaultRecord {
  readonly kind: "fault";
  readonly name: string;
  readonly ts: number;
}

/** The clock of all ledgers. */
export function ledgerNow(): number {
  return performance.timeOrigin + performance.now();
}
