import { errorText } from "@switchyard/runtime/error-text";
import { fateOf, isAnswer } from "./command-fate.ts";

/** The client library's and the system's words for what happens between us and Redis, and ours. */
const known: readonly { readonly pattern: RegExp; readonly words: string }[] = [
  { pattern: /^Stream isn't writeable/, words: "Redis is not connected" },
  { pattern: /^Connection is closed/, words: "Redis is not connected" },
  { pattern: /^Reached the max retries per request/, words: "the connection to Redis was lost before the answer" },
  { pattern: /^Command timed out/, words: "Redis does not answer" },
  { pattern: /ECONNREFUSED/, words: "Redis is not running, or not at this address" },
  { pattern: /ECONNRESET|EPIPE/, words: "the connection to Redis was lost" },
  { pattern: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/, words: "the address of Redis does not answer" },
  { pattern: /ENOTFOUND|EAI_AGAIN/, words: "the host name of Redis is not known" },
  { pattern: /^LOADING/, words: "Redis is loading its data" },
  { pattern: /^READONLY/, words: "Redis is a read-only replica" },
  { pattern: /^OOM/, words: "Redis is full (maxmemory)" },
  { pattern: /^MISCONF/, words: "Redis refuses writes because it cannot save to its disk" },
  { pattern: /^NOAUTH/, words: "Redis asks for a password (redis.url)" },
  { pattern: /^WRONGPASS/, words: "Redis refuses this user and password (redis.url)" },
];

/** Why Redis could not be used, in the words of the documentation; what is not known here in its own. For people, not for code. */
export function redisFailure(error: unknown): string {
  const text = errorText(error);
  return known.find(({ pattern }) => pattern.test(text))?.words ?? text;
}

/** The same for whoever asked, who may be anybody: no word of how this Redis is run, but whether to try again. */
export function failureForClients(error: unknown): string {
  switch (fateOf(error)) {
    case "failed":
      return "Redis has answered with an error";
    case "refused":
      return isAnswer(error) ? "Redis refuses this for now; try again" : "Redis does not answer; try again";
    default:
      return "Redis does not answer; try again";
  }
}

/**
 * The same within an error that others will log. Only what the client library says itself and nobody's code looks at: BullMQ
 * tells lost connections by "Connection is closed." and `ECONNREFUSED`, scripts are sent again at `NOSCRIPT`.
 */
export function inPlainWords(error: Error): Error {
  if (/^(?:Stream isn't|Command timed|Reached the max)/.test(error.message)) error.message = redisFailure(error);
  return error;
}
