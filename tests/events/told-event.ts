/** An event as receivers are told it. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly epoch: number;
  readonly seq: number;
  readonly timeMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A body of events. */
export interface ToldBody {
  readonly type: "events";
  readonly timestamp: string;
  readonly data: { readonly batch: string; readonly dropped: number; readonly events: readonly ToldEvent[] };
}
