import type { Occupancy } from "@switchyard/broker/occupancy";
import type { Logger } from "@switchyard/runtime/logger";

/** Writes down what nothing but a door knows, for those who are told of it. */
export class DoorTeller {
  readonly #occupancy: Pick<Occupancy, "tell">;
  readonly #logger: Pick<Logger, "warn">;
  #dropped = 0;
  /** One line of log per outage, not per event. */
  #isDeaf = false;

  constructor(occupancy: Pick<Occupancy, "tell">, logger: Pick<Logger, "warn">) {
    this.#occupancy = occupancy;
    this.#logger = logger;
  }

  /** Events that gave way because no worker took any, or that Redis did not take. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Lost when Redis does not take it: those who are told count on what is lasting, not on this. */
  tell(realm: string, event: object): void {
    this.#occupancy.tell(realm, JSON.stringify(event)).then(
      (dropped) => {
        this.#dropped += dropped;
        this.#isDeaf = false;
      },
      (error: unknown) => {
        this.#dropped++;
        if (!this.#isDeaf) this.#logger.warn({ err: error }, "events of a door are lost while redis is away");
        this.#isDeaf = true;
      },
    );
  }
}
