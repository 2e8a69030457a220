import { HubError } from "@switchyard/protocol/hub-error";
import { failureForClients } from "@switchyard/redis/plain-words";

/**
 * The answer of Redis, or the one error the broker has for its absence and for an answer that is an error. Whether what was asked
 * for may have been done all the same is told by the `cause` (`fateOf`).
 * @throws HubError 100, which is temporary; a HubError of the caller's own passes through
 */
export async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    throw failureOf(error);
  }
}

/** What {@link answered} throws. */
export function failureOf(error: unknown): HubError {
  if (error instanceof HubError) return error;
  return new HubError("internal", failureForClients(error), { cause: error });
}
