/** What the audit tells of one act, or of a login. The order of the fields is the order in which they are written. */
export interface AuditEntry {
  /**
   * `intent` before an act and `outcome` after it: an intent alone is an act whose end nobody knows. The others happen at once.
   */
  readonly kind: "intent" | "outcome" | "login" | "logout" | "refused";
  /** The same for an intent and its outcome. */
  readonly act: string;
  /** A user of `ops.users`, `break-glass`, the name of an API key, or `unknown`. */
  readonly actor: string;
  readonly via: "page" | "key";
  /** Unknown for a command of the server API, which may be one of several in a request. */
  readonly address?: string;
  /** The first characters of the login's handle. */
  readonly session?: string;
  /** Method and pattern of the path, `POST /ops/schedules/:id/pause`, or a command of the server API. */
  readonly action: string;
  /** What it is done to, by name. */
  readonly target?: object;
  /** What was asked for, without payloads and secrets. */
  readonly details?: object;
  /** Why, as the person says. */
  readonly reason?: string;
  /** Of an intent: settings and states of the target. */
  readonly before?: object;
  /** Of an outcome: the same, as they are then. */
  readonly after?: object;
  /** Of an outcome. */
  readonly status?: number;
  /** Of a refusal. */
  readonly why?: string;
}

/** As it is kept. */
export interface WrittenEntry extends AuditEntry {
  /** ISO 8601, by the clock of the api. */
  readonly at: string;
  /** One life of one api process and book; `seq` counts from 1 in it. */
  readonly chain: string;
  readonly seq: number;
}
