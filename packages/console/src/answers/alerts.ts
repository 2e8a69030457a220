/** `GET /ops/api/alerts`: who is told when something needs somebody. */
export interface AlertsAnswer {
  readonly receivers: readonly AlertReceiverAnswer[];
}

export interface AlertReceiverAnswer {
  readonly name: string;
  readonly host: string;
  /** `*`: of everything. */
  readonly rules: readonly string[];
  /** What it has been told of and what is not over. */
  readonly alerts: readonly { readonly rule: string; readonly title: string; readonly sinceMs: number }[];
  /** Messages that could not be sent yet. */
  readonly waiting: number;
  /** Why the last one was not taken. */
  readonly failure: string | null;
}

/** `POST /ops/api/alerts/test`. */
export interface AlertTestAnswer {
  readonly delivered: boolean;
  /** What it answered; null: nothing. */
  readonly status: number | null;
  /** Null: it was delivered. */
  readonly reason: string | null;
}
