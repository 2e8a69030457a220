import { serveCalls } from "../process/serve-calls.ts";

/** Uses up whatever its core has to give, so that a server beside it gets the share its priority is worth. */
const neighbourCalls = {};
export type NeighbourCalls = typeof neighbourCalls;

serveCalls(neighbourCalls);
spin();

function spin(): void {
  for (const untilMs = performance.now() + 20; performance.now() < untilMs;);
  // In between it notices when its parent is gone.
  setImmediate(spin);
}
