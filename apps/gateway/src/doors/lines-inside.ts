import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import { drainLines, type DrainPace, type LeavingLine } from "./drain-lines.ts";

/** The lines that came in by one door and have not ended, whoever is on them: what the door drains. */
export class LinesInside {
  readonly #lines = new Set<LeavingLine>();
  #onEmpty: (() => void) | undefined;

  add(line: LeavingLine): void {
    this.#lines.add(line);
  }

  delete(line: LeavingLine): void {
    this.#lines.delete(line);
    if (this.#lines.size === 0) this.#onEmpty?.();
  }

  /** They are taken out later, when their sockets have closed. */
  drain(reason: Disconnect, pace: DrainPace): void {
    drainLines([...this.#lines], reason, pace);
  }

  /** For one caller, when nobody comes any more. */
  ended(): Promise<void> {
    return this.#lines.size === 0 ? Promise.resolve() : new Promise((resolve) => (this.#onEmpty = resolve));
  }
}
