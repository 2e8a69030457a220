import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Client } from "../session/client.ts";

type Line = Pick<Client, "disconnect">;

/** The lines that came in by one door and have not ended, whoever is on them: what the door drains. */
export class LinesInside {
  readonly #lines = new Set<Line>();
  #onEmpty: (() => void) | undefined;

  add(line: Line): void {
    this.#lines.add(line);
  }

  delete(line: Line): void {
    this.#lines.delete(line);
    if (this.#lines.size === 0) this.#onEmpty?.();
  }

  disconnectAll(reason: Disconnect): void {
    // They are taken out later, when their sockets have closed.
    for (const line of this.#lines) line.disconnect(reason);
  }

  /** For one caller, when nobody comes any more. */
  ended(): Promise<void> {
    return this.#lines.size === 0 ? Promise.resolve() : new Promise((resolve) => (this.#onEmpty = resolve));
  }
}
