import type { RuleCode } from "@switchyard/console/need-rules";
import type { Settings } from "@switchyard/runtime/settings";

export type AlertReceiver = Settings["ops"]["alerts"][number];

/** What back ends and operators ask about alerts. */
export interface AlertDesk {
  /** In the order of the settings. Rejects when Redis does not answer. */
  list(): Promise<readonly ToldReceiver[]>;
  /** Sends now, from this api and once. Undefined: no receiver has this name. */
  test(name: string): Promise<SendOutcome | undefined>;
}

export interface ToldReceiver extends Pick<AlertReceiver, "name" | "kind" | "rules" | "severity"> {
  /** Of its URL, whose path may be secret. */
  readonly host: string;
  /** What it has been told of and what is not over. */
  readonly alerts: readonly { readonly rule: RuleCode; readonly title: string; readonly sinceMs: number }[];
  /** Messages that could not be sent yet. */
  readonly waiting: number;
  /** Why the last request to it failed; null: it did not. */
  readonly failure: string | null;
}

export type SendOutcome =
  | { readonly isDelivered: true; readonly status: number }
  | {
      readonly isDelivered: false;
      /** Null: there was no answer. */
      readonly status: number | null;
      readonly reason: string;
      readonly retryAfterMs?: number | undefined;
    };
