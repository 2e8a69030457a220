import { HubError } from "@switchyard/protocol/hub-error";

/**
 * The answer of Redis, or the one error the broker has for its absence. Whether what was asked for may have been done all the
 * same is told by the `cause` (`mayHaveRun`).
 * @throws HubError 100, which is temporary; a HubError of the caller's own passes through
 */
export async function answered<T>(reply: Promise<T>): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw new HubError("internal", "Redis does not answer; try again", { cause: error });
  }
}
