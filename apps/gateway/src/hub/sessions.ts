import type { Disconnect } from "@switchyard/protocol/disconnect-codes";

/** A session, as the node's list of them sees it. */
export interface ListedSession {
  /** The client id. */
  readonly id: string;
  readonly user: string;
  disconnect(disconnect: Disconnect): void;
}

/** Every connected session of this node, by client and by user. */
export class Sessions<S extends ListedSession> {
  readonly #byClient = new Map<string, S>();
  readonly #byUser = new Map<string, Set<S>>();
  #emptied: PromiseWithResolvers<void> | undefined;

  get count(): number {
    return this.#byClient.size;
  }

  /** Distinct users; the anonymous ones together are one. */
  get userCount(): number {
    return this.#byUser.size;
  }

  /** Listed already is fine. */
  add(session: S): void {
    this.#byClient.set(session.id, session);
    const ofUser = this.#byUser.get(session.user) ?? new Set();
    this.#byUser.set(session.user, ofUser.add(session));
  }

  remove(session: S): void {
    if (!this.#byClient.delete(session.id)) return;
    const ofUser = this.#byUser.get(session.user);
    ofUser?.delete(session);
    if (ofUser?.size === 0) this.#byUser.delete(session.user);
    if (this.#byClient.size === 0) this.#emptied?.resolve();
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

  /** Tells everybody to go; resolves when they are gone or the time is over. */
  async disconnectAll(disconnect: Disconnect, timeoutMs: number): Promise<void> {
    if (this.#byClient.size === 0) return;
    this.#emptied = Promise.withResolvers();
    for (const session of this.all()) session.disconnect(disconnect);
    const timer = setTimeout(this.#emptied.resolve, timeoutMs);
    await this.#emptied.promise;
    clearTimeout(timer);
  }
}
