import type { Method } from "@switchyard/protocol/command";
import { disconnectCodes } from "@switchyard/protocol/disconnect-codes";
import type { Settings } from "@switchyard/runtime/settings";
import { refuse, type Refusal } from "../../session/refusal.ts";
import { RateLimit, type Rate } from "../../entrance/rate-limit.ts";

/**
 * How fast one connection may send commands. Above the rate a command is answered by error 111, which the SDK repeats later.
 * A client that is refused again and again, as none is that heeds the error, is closed with 3013: refusing costs almost as
 * much as a small command.
 */
export class CommandLimit {
  readonly #rate: Rate;
  readonly #commands: RateLimit;
  readonly #refusals: RateLimit;

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#commands = new RateLimit(rate);
    this.#refusals = new RateLimit(rate);
  }

  /** Undefined: within the rate. A `send` has no answer, not even this one. */
  refuse(method: Method, nowMs: number): Refusal | { readonly kind: "silent" } | undefined {
    if (this.#commands.take(nowMs)) return undefined;
    if (!this.#refusals.take(nowMs)) return { kind: "disconnect", disconnect: disconnectCodes.tooManyRequests };
    if (method === "send") return { kind: "silent" };
    return refuse("tooManyRequests", `${this.#rate.perSecond} commands per second`);
  }
}

/** Undefined is no limit. */
export function commandRateOf(client: Settings["client"]): Rate | undefined {
  const { command_rate_limit: perSecond, command_burst_limit: burst } = client;
  return perSecond === 0 ? undefined : { perSecond, burst };
}
