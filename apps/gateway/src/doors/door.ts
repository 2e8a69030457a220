import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { DrainPace } from "./drain-lines.ts";

/**
 * A way into a gateway: what speaks one wire with clients, over whatever carries it. The composition root opens doors when
 * everything behind them stands, and ends them in this order.
 */
export interface Door {
  /** For logs. */
  readonly name: string;
  /** Lets in nobody any more. */
  shut(): void;
  /**
   * Begins to end every line there is, with this word to its client; also lines on which nobody has said yet who they are. Those of
   * clients are paced.
   */
  drain(reason: Disconnect, pace: DrainPace): void;
  /** Resolves when the last line has ended, as each does within the close timeout of its carrier. */
  close(): Promise<void>;
}
