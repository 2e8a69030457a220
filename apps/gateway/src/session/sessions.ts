import type { Disconnect } from "@switchyard/protocol/disconnect-codes";
import type { Client } from "./client.ts";

/** Every connected client of this node, by id and by user; and the lines that are open without being one. */
export class Sessions {
  readonly #byClient = new Map<string, Client>();
  readonly #byUser = new Map<string, Set<Client>>();
  readonly #strangers = new Set<Client>();

  get count(): number {
    return this.#byClient.size;
  }

  /** Distinct users; the anonymous ones together are one. */
  get userCount(): number {
    return this.#byUser.size;
  }

  /** Its line is open and nobody knows whose it is: not yet, or not any more. It is found and counted by nobody. */
  addStranger(client: Client): void {
    this.#strangers.add(client);
  }

  /** Listed already is fine. */
  add(client: Client): void {
    this.#strangers.delete(client);
    this.#byClient.set(client.id, client);
    const ofUser = this.#byUser.get(client.user) ?? new Set();
    this.#byUser.set(client.user, ofUser.add(client));
  }

  remove(client: Client): void {
    this.#strangers.delete(client);
    if (!this.#byClient.delete(client.id)) return;
    const ofUser = this.#byUser.get(client.user);
    ofUser?.delete(client);
    if (ofUser?.size === 0) this.#byUser.delete(client.user);
  }

  countOfUser(user: string): number {
    return this.#byUser.get(user)?.size ?? 0;
  }

  ofClient(id: string): readonly Client[] {
    const client = this.#byClient.get(id);
    return client === undefined ? [] : [client];
  }

  /** A copy: who walks it may end sessions on the way. */
  ofUser(user: string): readonly Client[] {
    return [...(this.#byUser.get(user) ?? [])];
  }

  all(): readonly Client[] {
    return [...this.#byClient.values()];
  }

  /** Strangers too, or a line on which nothing is said would keep the node from stopping. */
  disconnectAll(disconnect: Disconnect): void {
    for (const client of [...this.#strangers, ...this.#byClient.values()]) client.disconnect(disconnect);
  }
}
