import type { Results } from "@switchyard/protocol/encoding/results";
import type { Refusal } from "../../session/refusal.ts";

/** What a command comes to. */
export type CommandOutcome<Result = Results[keyof Results]> =
  /** `afterReply` runs in the same turn, right behind the reply: from then on pushes of a new subscription may flow. */
  | { readonly kind: "reply"; readonly result: Result; readonly afterReply?: () => void }
  | Refusal
  /** For `send`, which has no answer, and for a client that is gone. */
  | { readonly kind: "silent" };
