/**
 * What has been told of alerts, kept in Redis, and whose turn it is to tell: one api at a time, so that people are told once however many
 * apis there are. When the one whose turn it is dies, another goes on from what is kept, after {@link turnMs} at the latest.
 *
 * Everything throws HubError 100 when Redis does not answer.
 */
export interface AlertStore {
  /** Takes the turn or keeps it. Undefined: another api has it. */
  take(): Promise<KeptAlerts | undefined>;
  /** False: the turn has passed to another api meanwhile, and nothing is kept. */
  keep(text: string): Promise<boolean>;
  /** For whoever has the turn or has it not; null: nothing was ever kept. */
  read(): Promise<string | null>;
  /** Lets another api go on at once. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export interface KeptAlerts {
  /** Null: nothing was ever kept. */
  readonly text: string | null;
}

/** Longer than a look and what it sends take. */
export const turnMs = 15_000;
