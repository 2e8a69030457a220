import type { Disconnect } from "@switchyard/protocol/disconnect-codes";

/** A session, as the node's list of them sees it. */
export interface ListedSession {
  readonly user: string;
  disconnect(disconnect: Disconnect): void;
}

/** Every connected session of this node. */
export class Sessions {
  readonly #all = new Set<ListedSession>();
  readonly #perUser = new Map<string, number>();
  #emptied: PromiseWithResolvers<void> | undefined;

  get count(): number {
    return this.#all.size;
  }

  /** Distinct users; the anonymous ones together are one. */
  get userCount(): number {
    return this.#perUser.size;
  }

  add(session: ListedSession): void {
    this.#all.add(session);
    this.#perUser.set(session.user, (this.#perUser.get(session.user) ?? 0) + 1);
  }

  remove(session: ListedSession): void {
    if (!this.#all.delete(session)) return;
    const left = (this.#perUser.get(session.user) ?? 1) - 1;
    if (left === 0) this.#perUser.delete(session.user);
    else this.#perUser.set(session.user, left);
    if (this.#all.size === 0) this.#emptied?.resolve();
  }

  /** Tells everybody to go; resolves when they are gone or the time is over. */
  async disconnectAll(disconnect: Disconnect, timeoutMs: number): Promise<void> {
    if (this.#all.size === 0) return;
    this.#emptied = Promise.withResolvers();
    for (const session of this.#all) session.disconnect(disconnect);
    const timer = setTimeout(this.#emptied.resolve, timeoutMs);
    await this.#emptied.promise;
    clearTimeout(timer);
  }
}
