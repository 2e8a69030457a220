import { HubError } from "@switchyard/protocol/hub-error";
import { fateOf } from "@switchyard/redis/command-fate";
import type { Logger } from "@switchyard/runtime/logger";
import { secretsMatch } from "@switchyard/runtime/secrets-match";
import { readObject } from "../read-object.ts";
import type { Line } from "./line-reader.ts";
import { type Pushed, pushLine, type PushLineDeps } from "./push-line.ts";

/** What a line is answered with, without its line break. */
export interface LineAnswer {
  readonly text: string;
  /** No further line is begun. */
  readonly ends?: true;
}

/** What one connection has said, and may. */
export interface LineAnswers {
  readonly answer: (line: Line) => Promise<LineAnswer>;
  /** It has said the secret, or needs none. */
  readonly isKnown: boolean;
}

export interface LineAnswersOptions extends PushLineDeps {
  /** Empty: none is asked for. */
  readonly secret: string;
  /** Of every line. */
  readonly onOutcome: (outcome: Pushed["outcome"], error: string | undefined) => void;
  readonly logger: Pick<Logger, "error">;
}

/**
 * The first line of a request, and the header every browser sends. A page may make the browser of whoever looks at it send a request to
 * a port of their machine, and a body with a line that pushes; a long address would be passed over as a line that is too long.
 */
const http = /^(?:[A-Z]+ .* HTTP\/\d(?:\.\d)?$|host:)/i;

const isHttp = "it is HTTP; use the server API";

/** In a line that cannot be used: its sender looks for JSON all the same. */
const receipt = /"receipt"\s*:\s*true/;

const nothingDone = "Redis does not take it just now, and nothing was done; try again";

/** Redis may have the line already, and may do it later: whoever is told to try again makes a second message of it. */
const mayBeDone =
  "Redis has not confirmed it: it may or may not have been done. Repeat it with its `idempotency_key`, or look first";

/**
 * Answers the lines of one connection. `ok` and `fail` are all that most senders look for; one that writes `"receipt": true` into its
 * line is answered in JSON, with the number of connections or with what is wrong.
 *
 * Where a secret is set, a line with that field says it and pushes nothing, so that it is never on its way to anybody. A wrong
 * one ends the connection, and so does HTTP: lines behind it push nothing, also those that came in the same packet.
 */
export function createLineAnswers({ secret, onOutcome, logger, ...deps }: LineAnswersOptions): LineAnswers {
  let isKnown = secret === "";
  let isOver = false;

  function refuse(error: string, isJson = false): LineAnswer {
    onOutcome("refused", error);
    return { text: describe({ outcome: "refused", error }, isJson) };
  }

  function end(error: string, isJson = false): LineAnswer {
    isOver = true;
    return { ...refuse(error, isJson), ends: true };
  }

  /** Whatever happens, a line has its answer: one that had none would hold up all behind it. */
  function toFailure(error: unknown): Pushed {
    const isOfRedis = error instanceof HubError;
    if (!isOfRedis) logger.error({ err: error }, "a line of the text door failed");
    const isUndone = isOfRedis && fateOf(error.cause) === "refused";
    return isUndone ? { outcome: "undone", error: nothingDone } : { outcome: "unknown", error: mayBeDone };
  }

  async function answer(line: Line): Promise<LineAnswer> {
    if (isOver) return refuse("it stands behind what ends the connection");
    if (line === "too long request") return end(isHttp);
    if (line === "too long") return refuse("it is longer than text.line_max_size");
    const { fields, problem } = readObject(line);
    if (fields === undefined) {
      return http.test(line.toString("latin1", 0, 8_192))
        ? end(isHttp)
        : refuse(`it ${problem}`, receipt.test(line.toString("latin1")));
    }
    const isJson = fields["receipt"] === true;
    if (secret !== "" && Object.hasOwn(fields, "secret")) {
      // `ok` would be taken for that of a push, and the text that is pushed is the line itself. It is not even looked at: who is
      // answered `fail` is not let in.
      const isAlone = !Object.hasOwn(fields, "uid") && !Object.hasOwn(fields, "channel");
      if (!isAlone) return refuse("secret: belongs in a line of its own, before those that push", isJson);
      const { secret: given } = fields;
      isKnown = typeof given === "string" && secretsMatch(given, secret);
      if (!isKnown) return end("secret: is wrong", isJson);
      return { text: isJson ? '{"ok":true}' : "ok" };
    }
    if (!isKnown) return refuse("secret: say it in a line of its own first (text.secret)", isJson);
    const pushed = await pushLine(deps, { line, fields, isCounted: isJson }).catch(toFailure);
    onOutcome(pushed.outcome, pushed.error);
    return { text: describe(pushed, isJson) };
  }

  return {
    answer,
    get isKnown() {
      return isKnown;
    },
  };
}

function describe({ outcome, ...pushed }: Pushed, isJson: boolean): string {
  const ok = outcome === "ok";
  if (isJson) return JSON.stringify({ ok, ...pushed });
  return ok ? "ok" : "fail";
}
