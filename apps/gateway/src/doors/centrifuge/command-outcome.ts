import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ErrorName } from "@switchyard/protocol/error-codes";
import { HubError } from "@switchyard/protocol/hub-error";

/** What a command comes to. Refusals are values; only what nobody foresaw is thrown. */
export type CommandOutcome =
  /** `afterReply` runs in the same turn, right behind the reply: from then on pushes of a new subscription may flow. */
  | { readonly kind: "reply"; readonly resultJson: string; readonly afterReply?: () => void }
  | { readonly kind: "error"; readonly error: HubError }
  | { readonly kind: "disconnect"; readonly disconnect: Disconnect }
  /** For `send`, which has no answer. */
  | { readonly kind: "silent" };

export const emptyReply: CommandOutcome = { kind: "reply", resultJson: "{}" };

export function errorOutcome(name: ErrorName, detail?: string): CommandOutcome {
  return { kind: "error", error: new HubError(name, detail) };
}
