/**
 * Figures of the whole hub over the last 24 hours, one row each 10 s, kept in Redis: so who is woken at night sees what came before,
 * whichever api answers and whenever it was started, without a Prometheus.
 *
 * One api writes at a time, whoever holds a lease of three rows' time; when it dies there is a gap of two or three rows. What is not known is
 * null, and so is every row that nobody wrote: a hub that stood still shows a gap and no zeros. Rows are overwritten after 24 hours, so
 * it never takes more than {@link figuresMaxBytes}, and the million bytes that Redis reserves behind them.
 *
 * Everything throws HubError 100 when Redis does not answer.
 */
export interface FigureStore {
  /** False: another api writes them. Of two rows within the same 10 s the later one counts. */
  keep(row: FigureRow): Promise<boolean>;
  /** The newest rows, {@link figuresMax} at most. */
  read(rows: number): Promise<FigureWindow>;
  close(): Promise<void>;
}

/** What is not known is left out, or null. */
export type FigureRow = Readonly<Partial<Record<FigureName, number | null>>>;

export interface FigureWindow {
  /** By Redis' clock: where the last row ends, which is not over yet as a rule. */
  readonly endsAtMs: number;
  /** The oldest first; null: nobody wrote it. */
  readonly rows: readonly (Readonly<Record<FigureName, number | null>> | null)[];
}

/** Their order is that of the columns in Redis: new ones come behind the others, and none is taken out. */
export const figureNames = [
  "clients",
  "users",
  "subscriptions",
  "channels",
  "gateways",
  "apis",
  "workers",
  "slots",
  "busy",
  "queued",
  "running",
  "retrying",
  "delayed",
  "dead",
  "runnable",
  "oldestRunnableMs",
  "inPerSecond",
  "outPerSecond",
] as const;
export type FigureName = (typeof figureNames)[number];

export const figuresEveryMs = 10_000;
export const figuresMax = 8_640;
/** Room for names that are not thought of yet. */
export const figureColumns = 31;
/** A stamp and the columns, four bytes each. */
export const figureRowBytes = 4 + 4 * figureColumns;
export const figuresMaxBytes = figuresMax * figureRowBytes;
