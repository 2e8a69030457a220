import type { Calls, CallMessage, ReplyMessage } from "./calls.ts";

/**
 * The child's side of {@link startWorker}: answers the parent's calls until the parent is gone, and ends with it, so that a
 * bench that was interrupted leaves nothing running.
 */
export function serveCalls(calls: Calls): void {
  process.on("message", (message: CallMessage) => {
    void answer(calls, message).then((reply) => process.send?.(reply));
  });
  process.on("disconnect", () => process.exit(0));
}

async function answer(calls: Calls, { id, name, argument }: CallMessage): Promise<ReplyMessage> {
  try {
    const call = calls[name];
    if (call === undefined) throw new Error(`this process has no call ${name}`);
    return { id, result: await call(argument as never) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
