import { parseDurationMs } from "@switchyard/runtime/duration";
import { errorText } from "@switchyard/runtime/error-text";
import type { ProxySettings } from "@switchyard/runtime/proxy-object";
import { errors } from "undici";
import { Breaker, type BreakerOptions } from "./breaker.ts";
import { Bulkhead } from "./bulkhead.ts";
import { Deadline } from "./deadline.ts";
import { hookNames, type DecisionCall, type DecisionSource, type Failure, type HookName } from "./decision.ts";
import { createPoster, type Outcome } from "./post-question.ts";

/** Calls of one endpoint that are under way, and that wait for a place. */
const bulkhead = { inFlightMax: 64, waitingMax: 256 };
/** Of the deadline: who waits longer for a place has too little time left for an answer. */
const waitShare = 1 / 3;

export interface EndpointOptions {
  readonly proxy: ProxySettings;
  /** The newest first; none: the questions are not signed. */
  readonly secrets: readonly string[];
  readonly breaker?: BreakerOptions;
}

export interface Endpoint extends DecisionSource {
  readonly inFlight: number;
  /** This is not asked, because most questions of its kind failed lately. */
  isOpen(hook: HookName): boolean;
}

/**
 * Asks by HTTP. Redirects are not followed, proxies of the environment not used, and nothing is sent twice.
 * @throws Error when the URL or a key of the settings cannot be used
 */
export function createEndpoint({ proxy, secrets, breaker: breakerOptions }: EndpointOptions): Endpoint {
  const timeoutMs = parseDurationMs(proxy.timeout);
  const poster = createPoster({ proxy, secrets, timeoutMs, connections: bulkhead.inFlightMax });
  const places = new Bulkhead(bulkhead);
  // One for each hook: clients choose what they ask by rpc, and what fails there must not keep anybody from logging in.
  const breakers = Object.fromEntries(hookNames.map((hook) => [hook, new Breaker(breakerOptions)])) as Readonly<
    Record<HookName, Breaker>
  >;

  /** Within the bulkhead, and until the deadline. */
  async function ask(call: DecisionCall, deadline: Deadline): Promise<Outcome> {
    const entry = await places.enter(deadline.timeoutMs * waitShare, deadline.signal);
    if (entry !== "entered") return { answer: failed(deadline.cutOff ?? "overloaded"), isFailure: false };
    try {
      return await poster.post(call, deadline.signal);
    } catch (error) {
      const { cutOff } = deadline;
      return { answer: cutOff === undefined ? failureOf(error) : failed(cutOff), isFailure: cutOff !== "aborted" };
    } finally {
      places.leave();
    }
  }

  return {
    get inFlight() {
      return places.inFlight;
    },
    isOpen: (hook) => breakers[hook].isOpen,
    async ask(call, signal) {
      const leftMs = Math.min(timeoutMs, (call.untilMs ?? Infinity) - performance.now());
      // A timer may be a fraction of a millisecond early, and nobody answers in what it leaves.
      if (leftMs < 1) return failed("timeout");
      const breaker = breakers[call.hook];
      const pass = breaker.enter();
      if (pass === "open") return failed("breaker_open");
      const deadline = new Deadline(leftMs, signal);
      const { answer, isFailure } = await ask(call, deadline);
      deadline.over();
      const wasAsked = answer.kind !== "failed" || (answer.reason !== "aborted" && answer.reason !== "overloaded");
      breaker.left(pass, wasAsked ? (isFailure ? "failed" : "answered") : "none");
      return answer;
    },
    close: () => poster.close(),
  };
}

function failed(reason: Failure["reason"]): Failure {
  return { kind: "failed", reason };
}

function failureOf(error: unknown): Failure {
  const isLate =
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError;
  return isLate ? failed("timeout") : { kind: "failed", reason: "unreachable", detail: errorText(error) };
}
