import type { Disconnect } from "@switchyard/protocol/disconnect-codes";

/** A session, as the node's list of them sees it. */
export interface ListedSession {
  /** The client id. */
  readonly id: string;
  readonly user: string;
  disconnect(disconnect: Disconnect): void;
}

/** Every connected session of this node, by client and by user; and the lines that are open without being one. */
export class Sessions<S extends ListedSession> {
  readonly #byClient = new Map<string, S>();
  readonly #byUser = new Map<string, Set<S>>();
  readonly #strangers = new Set<S>();

  get count(): number {
    return this.#byClient.size;
  }

  /** Distinct users; the anonymous ones together are one. */
  get userCount(): number {
    return this.#byUser.size;
  }

  /** Its line is open and nobody knows whose it is: not yet, or not any more. It is found and counted by nobody. */
  addStranger(session: S): void {
    this.#strangers.add(session);
  }

  /** Listed already is fine. */
  add(session: S): void {
    this.#strangers.delete(session);
    this.#byClient.set(session.id, session);
    const ofUser = this.#byUser.get(session.user) ?? new Set();
    this.#byUser.set(session.user, ofUser.add(session));
  }

  remove(session: S): void {
    this.#strangers.delete(session);
    if (!this.#byClient.delete(session.id)) return;
    const ofUser = this.#byUser.get(session.user);
    ofUser?.delete(session);
    if (ofUser?.size === 0) this.#byUser.delete(session.user);
  }

  countOfUser(user: string): number {
    return this.#byUser.get(user)?.size ?? 0;
  }

  ofClient(client: string): readonly S[] {
    const session = this.#byClient.get(client);
    return session === undefined ? [] : [session];
  }

  /** A copy: whoever walks it may end sessions on the way. */
  ofUser(user: string): readonly S[] {
    return [...(this.#byUser.get(user) ?? [])];
  }

  all(): readonly S[] {
    return [...this.#byClient.values()];
  }

  /** Strangers too, or a line on which nothing is said would keep the node from stopping. */
  disconnectAll(disconnect: Disconnect): void {
    for (const session of [...this.#strangers, ...this.#byClient.values()]) session.disconnect(disconnect);
  }
}
