import type {
  ClosedConnection,
  ConnectionBatch,
  ConnectionFacts,
  OpenConnection,
} from "@switchyard/broker/connection-index";
import type { IndexedClient } from "./connection-keeper.ts";

/** What Redis has not been told of one client. */
export interface Change {
  readonly client: IndexedClient | undefined;
  /** `new`: not even perhaps. Undefined: what it is known by has not changed. */
  readonly open: "new" | "known" | undefined;
  /** Into or out of channels, by channel: what holds last. */
  readonly moves: ReadonlyMap<string, boolean> | undefined;
  readonly closed: ClosedConnection | undefined;
}

/** What Redis has not been told, one change for each client, in the order in which they first had one. */
export class ConnectionChanges {
  readonly #changes = new Map<string, Change>();

  get size(): number {
    return this.#changes.size;
  }

  open(client: IndexedClient, open: "new" | "known"): void {
    const known = this.#changes.get(client.id);
    if (known?.closed !== undefined) return;
    this.#changes.set(client.id, { client, open: known?.open ?? open, moves: known?.moves, closed: undefined });
  }

  move(client: IndexedClient, channel: string, isIn: boolean): void {
    const known = this.#changes.get(client.id);
    if (known?.closed !== undefined) return;
    const moves = new Map(known?.moves).set(channel, isIn);
    this.#changes.set(client.id, { client, open: known?.open, moves, closed: undefined });
  }

  /** Of who came and went meanwhile nothing need be said. */
  close(id: string, closed: ClosedConnection): void {
    if (this.#changes.get(id)?.open === "new") this.#changes.delete(id);
    else this.#changes.set(id, { client: undefined, open: undefined, moves: undefined, closed });
  }

  take(max: number): Map<string, Change> {
    const taken = new Map(this.#changes.entries().take(max));
    for (const id of taken.keys()) this.#changes.delete(id);
    return taken;
  }

  /** Redis may have been told all the same. */
  putBack(taken: ReadonlyMap<string, Change>): void {
    for (const [id, change] of taken) {
      const newer = this.#changes.get(id);
      if (newer?.closed !== undefined) continue;
      const open = change.open === undefined ? newer?.open : "known";
      const moves =
        change.moves === undefined && newer?.moves === undefined
          ? undefined
          : new Map([...(change.moves ?? []), ...(newer?.moves ?? [])]);
      this.#changes.set(id, { client: newer?.client ?? change.client, open, moves, closed: change.closed });
    }
  }

  static toBatch(changes: ReadonlyMap<string, Change>): Omit<ConnectionBatch, "lease" | "formerLease"> {
    const open = new Map<string, OpenConnection>();
    const closed = new Map<string, ClosedConnection>();
    const subscriptions: ConnectionBatch["subscriptions"][number][] = [];
    for (const [id, { client, open: opening, moves, closed: end }] of changes) {
      if (end !== undefined) closed.set(id, end);
      if (client === undefined) continue;
      if (opening !== undefined) open.set(id, { facts: factsOf(client), isKnown: opening === "known" });
      const { user } = client;
      for (const [channel, isIn] of moves ?? []) subscriptions.push({ client: id, user, channel, isIn });
    }
    return { open, closed, subscriptions };
  }
}

function factsOf({ connectedAtMs, user, origin, credentials: { meta } }: IndexedClient): ConnectionFacts {
  return { connectedAtMs, user, ...origin.facts, meta };
}
