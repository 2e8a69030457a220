import type { Redis } from "ioredis";

/** Stands for all processes of a service that does not name them: no leaps then, and a lost tail is not told apart. */
const unknown = "-";

/**
 * Which Redis process answers on a connection: its `run_id`, which a restart changes and a replica does not share.
 *
 * Read anew on each connection, before the first command that needs it. `current` is undefined from the end of a connection
 * on, so what is sent with it is answered by that very process or by none.
 */
export class ServerIdentity {
  readonly #client: Redis;
  #current: string | undefined;
  #reading: Promise<string> | undefined;
  #connections = 0;

  constructor(client: Redis) {
    this.#client = client;
    client.on("close", () => {
      this.#connections++;
      this.#current = undefined;
      this.#reading = undefined;
    });
  }

  get current(): string | undefined {
    return this.#current;
  }

  /** @throws when Redis does not answer */
  read(): Promise<string> {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  async #read(): Promise<string> {
    const connection = this.#connections;
    try {
      const id = /run_id:(\w{12})/.exec(await this.#client.info("server"))?.[1] ?? unknown;
      if (connection === this.#connections) this.#current = id;
      return id;
    } finally {
      this.#reading = undefined;
    }
  }
}
