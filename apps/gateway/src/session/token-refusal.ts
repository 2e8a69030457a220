import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Verdict } from "../access/token-verifier.ts";
import { refuse, type Refusal } from "./refusal.ts";

/** What a client is told of a token that is not good; for one that never will be, the caller says. */
export function tokenRefusal(verdict: Exclude<Verdict<never>, { kind: "valid" }>, whenInvalid: Refusal): Refusal {
  switch (verdict.kind) {
    case "expired":
      return refuse("tokenExpired");
    case "forbidden":
      return refuse("permissionDenied", verdict.reason);
    case "blocked":
      return { kind: "disconnect", disconnect: disconnectCodes.permissionDenied };
    case "misplaced":
      return { kind: "disconnect", disconnect: disconnectCodes.invalidToken };
    case "unavailable":
      // Not the client's fault, and temporary: it must not be told to give up.
      return refuse("internal", "tokens cannot be checked at the moment");
    case "invalid":
      return whenInvalid;
    default:
      return verdict;
  }
}
