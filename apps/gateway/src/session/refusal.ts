import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { ErrorName } from "@switchyard/protocol/error-codes";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Logger } from "@switchyard/runtime/logger";

/**
 * Why something a client asks for is not done. Refusals are values; only what was not foreseen is thrown. Each door says
 * them in its own wire.
 */
export type Refusal =
  /** The client is told, and goes on. */
  | { readonly kind: "error"; readonly error: RefusalError }
  /** The connection ends. */
  | { readonly kind: "disconnect"; readonly disconnect: Disconnect };

/** One of the table, or a back end's own. */
export type RefusalError = Pick<HubError, "code" | "publicMessage" | "temporary"> & {
  readonly detail?: string | undefined;
};

/** @param detail for the client: which field, which bound, what to do */
export function refuse(name: ErrorName, detail?: string): Refusal {
  return { kind: "error", error: new HubError(name, detail) };
}

/** Whatever it throws, it comes to something: what was not foreseen is logged, and a temporary error for the client. */
export async function orRefusal<T>(
  run: () => T | Promise<T>,
  method: string,
  { logger }: { readonly logger: Pick<Logger, "error"> },
): Promise<T | Refusal> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof HubError) return { kind: "error", error };
    logger.error({ err: error, method }, "command failed");
    return { kind: "error", error: new HubError("internal", undefined, { cause: error }) };
  }
}
