import type { Redis } from "ioredis";
import type { NodeEvents } from "../../node-registry.ts";
import type { nodeKeys } from "../keys.ts";
import { renewNodeScript } from "./node-scripts.ts";

const leaseMs = 10_000;
/**
 * Renewals in a row before this node believes that others are dead. After an outage of Redis everybody renews within one
 * interval; two intervals later whoever has not is gone.
 */
const renewalsBeforeSweep = 3;

/** This node's lease, and the next one whenever it is lost. */
export class NodeLease {
  readonly #client: Redis;
  readonly #keys: ReturnType<typeof nodeKeys>;
  readonly #describe: () => { readonly uid: string };
  readonly #events: NodeEvents | undefined;
  #name = "";
  #begun = 0;
  #renewalsInRow = 0;

  constructor(options: {
    client: Redis;
    keys: ReturnType<typeof nodeKeys>;
    describe: () => { readonly uid: string };
    events: NodeEvents | undefined;
  }) {
    this.#client = options.client;
    this.#keys = options.keys;
    this.#describe = options.describe;
    this.#events = options.events;
  }

  get name(): string {
    return this.#name;
  }

  async begin(): Promise<void> {
    const { uid } = this.#describe();
    this.#name = this.#begun === 0 ? uid : `${uid}.${this.#begun}`;
    this.#begun++;
    await this.#write(true);
    this.#renewalsInRow = 1;
  }

  /**
   * Returns the ms until the next lease of another node runs out, if there is one. That of a node that is there is renewed long before.
   * @param isExtra between two intervals: it says nothing of how long this node has been back
   * @throws when Redis does not answer; the next call finds out whether the lease still stands.
   */
  async renew(isExtra = false): Promise<number | undefined> {
    try {
      const { renewed, dead, nextMs } = await this.#write(false);
      if (!renewed) {
        await this.begin();
        this.#events?.onNewLease();
        return undefined;
      }
      if (!isExtra) this.#renewalsInRow++;
      if (dead > 0 && this.#renewalsInRow >= renewalsBeforeSweep) this.#events?.onDead();
      return nextMs;
    } catch (error) {
      this.#renewalsInRow = 0;
      throw error;
    }
  }

  /** Lets it run out now. */
  async end(): Promise<void> {
    const { expiry, descriptions } = this.#keys;
    await this.#client.multi().zadd(expiry, "XX", 0, this.#name).hdel(descriptions, this.#name).exec();
  }

  #write(isNew: boolean): ReturnType<typeof renewNodeScript.run> {
    const description = JSON.stringify(this.#describe());
    const args = { lease: this.#name, description, leaseMs, isNew: isNew ? 1 : 0 };
    return renewNodeScript.run(this.#client, { keys: this.#keys, args });
  }
}
