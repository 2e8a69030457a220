/**
 * Repeats `attempt` until it does not throw and resolves to its value: how tests wait for what another process will do,
 * without ever sleeping a guessed time.
 * @throws Error after `timeoutMs`, with the last failure as its cause and in its message.
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { timeoutMs = 5_000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`not within ${timeoutMs} ms: ${message}`, { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
