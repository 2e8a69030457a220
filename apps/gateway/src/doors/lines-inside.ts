import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Client } from "../session/client.ts";

type Line = Pick<Client, "disconnect">;

const stepMs = 50;

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

  /** The same, but a few at a time: some clients come back the moment they are sent away, and would all do so at once. */
  disconnectOver(reason: Disconnect, windowMs: number): void {
    const lines = [...this.#lines];
    const steps = Math.max(1, Math.floor(windowMs / stepMs));
    const perStep = Math.ceil(lines.length / steps);
    const next = () => {
      for (const line of lines.splice(0, perStep)) line.disconnect(reason);
      if (lines.length > 0) setTimeout(next, stepMs);
    };
    next();
  }

  /** For one caller, when nobody comes any more. */
  ended(): Promise<void> {
    return this.#lines.size === 0 ? Promise.resolve() : new Promise((resolve) => (this.#onEmpty = resolve));
  }
}
