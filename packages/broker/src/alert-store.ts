/**
 * What each receiver of alerts has been told, kept in Redis, and whose turn it is to tell it: one api at a time, so that people are told once
 * however many apis there are. When the one whose turn it is dies, another goes on from what is kept, after {@link turnMs} at the latest.
 *
 * Each receiver has a turn and a text of its own: one that is slow holds up no other, and one that a single api has in its settings, as while
 * they are replaced one by one, is told by that one.
 *
 * Everything throws HubError 100 when Redis does not answer, or takes no writes.
 */
export interface AlertStore {
  /** Takes the turn or keeps it. Undefined: another api has it. */
  take(receiver: string): Promise<KeptAlerts | undefined>;
  /** Keeps the turn as well. False: it has passed to another api meanwhile, and nothing is kept. */
  keep(receiver: string, text: string): Promise<boolean>;
  /** For whoever has the turn or has it not; null: nothing was ever kept. */
  read(receiver: string): Promise<string | null>;
  /** Lets another api go on at once. */
  leave(receiver: string): Promise<void>;
  close(): Promise<void>;
}

export interface KeptAlerts {
  /** Null: nothing was ever kept. */
  readonly text: string | null;
}

/** Longer than a look and one message take: after each message what came of it is kept, and the turn with it. */
export const turnMs = 15_000;
