import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ErrorName } from "@switchyard/protocol/error-codes";
import { HubError } from "@switchyard/protocol/hub-error";

/**
 * Why something a client asks for is not done. Refusals are values; only what was not foreseen is thrown. Each door says
 * them in its own wire.
 */
export type Refusal =
  /** The client is told, and goes on. */
  | { readonly kind: "error"; readonly error: HubError }
  /** The connection ends. */
  | { readonly kind: "disconnect"; readonly disconnect: Disconnect };

/** @param detail for the client: which field, which bound, what to do */
export function refuse(name: ErrorName, detail?: string): Refusal {
  return { kind: "error", error: new HubError(name, detail) };
}
