/**
 * The time a client has to say who it is. Only until it is let in: a session lets go of it then, for a timer that is kept, even a
 * cleared one, costs every idle connection 200 bytes.
 */
export class StaleWatch {
  readonly #timer: NodeJS.Timeout;
  #hasKnocked = false;

  /** @param onOver told whether the client has said who it is: then what it waits for is ours */
  constructor(delayMs: number, onOver: (hasKnocked: boolean) => void) {
    this.#timer = setTimeout(() => onOver(this.#hasKnocked), delayMs);
  }

  knocked(): void {
    this.#hasKnocked = true;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
