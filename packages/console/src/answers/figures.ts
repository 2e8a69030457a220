/**
 * `GET /ops/api/figures?window=1h|6h|24h`: the hub over the last hours, whichever api answers and whenever it was started. All series have
 * as many points, the oldest first; point `i` of `n` is of the `stepMs` that end at `endsAtMs - (n - 1 - i) * stepMs` by Redis' clock. Null is
 * a gap: nobody knows, and zero would be a lie.
 */
export interface FiguresAnswer {
  readonly endsAtMs: number;
  readonly stepMs: number;
  readonly series: Readonly<Record<FigureSeries, readonly (number | null)[]>>;
}

export type FigureSeries =
  | "clients"
  | "users"
  | "subscriptions"
  | "channels"
  | "gateways"
  | "apis"
  | "workers"
  | "slots"
  | "busy"
  | "queued"
  | "running"
  | "retrying"
  | "delayed"
  | "dead"
  | "runnable"
  | "oldestRunnableMs"
  | "inPerSecond"
  | "outPerSecond";
