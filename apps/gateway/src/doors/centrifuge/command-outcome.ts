import type { Results } from "@switchyard/protocol/encoding/results";
import { HubError } from "@switchyard/protocol/hub-error";
import type { Refusal } from "../../session/refusal.ts";
import type { CentrifugeServices } from "./services.ts";

/** What a command comes to. */
export type CommandOutcome<Result = Results[keyof Results]> =
  /** `afterReply` runs in the same turn, right behind the reply: from then on pushes of a new subscription may flow. */
  | { readonly kind: "reply"; readonly result: Result; readonly afterReply?: () => void }
  | Refusal
  /** For `send`, which has no answer, and for a client that is gone. */
  | { readonly kind: "silent" };

/** Whatever it throws, it comes to something: what was not foreseen is logged, and a temporary error for the client. */
export async function orRefusal<T>(
  run: () => T | Promise<T>,
  method: string,
  { logger }: Pick<CentrifugeServices, "logger">,
): Promise<T | Refusal> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof HubError) return { kind: "error", error };
    logger.error({ err: error, method }, "command failed");
    return { kind: "error", error: new HubError("internal", undefined, { cause: error }) };
  }
}
