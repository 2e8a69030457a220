import type { Client } from "./client.ts";

/** Every connected client of this node, by id and by user, whatever door it came in by. */
export class Sessions {
  readonly #byClient = new Map<string, Client>();
  readonly #byUser = new Map<string, Set<Client>>();

  get count(): number {
    return this.#byClient.size;
  }

  /** Distinct users; the anonymous ones together are one. */
  get userCount(): number {
    return this.#byUser.size;
  }

  /** Listed already is fine. */
  add(client: Client): void {
    this.#byClient.set(client.id, client);
    const ofUser = this.#byUser.get(client.user) ?? new Set();
    this.#byUser.set(client.user, ofUser.add(client));
  }

  remove(client: Client): void {
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
}
