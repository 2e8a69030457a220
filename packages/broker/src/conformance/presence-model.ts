import type { Presence, PresenceMember } from "../presence.ts";

interface ModelClient {
  readonly name: string;
  readonly lease: string;
  readonly user: string;
  /** When it began to linger, in steps; undefined while it does not. */
  lingersSince: number | undefined;
}

/** One channel over several nodes, as it should be: what the property test compares Redis with. */
export class PresenceModel {
  readonly leases: string[];
  readonly dead: string[] = [];
  /** Grows with crashes: a node that comes back has new clients. */
  generation = 0;
  #clients = new Map<string, ModelClient>();
  #steps = 0;

  constructor(leases: string[]) {
    this.leases = leases;
  }

  alive(): ModelClient[] {
    return Array.from(this.#clients.values()).filter(({ lease }) => this.leases.includes(lease));
  }

  crash(lease: string, successor: string): void {
    this.generation++;
    this.dead.push(lease);
    this.leases[this.leases.indexOf(lease)] = successor;
  }

  /** What dead nodes have left behind is gone. */
  sweep(): void {
    this.#clients = new Map(this.alive().map((client) => [client.name, client]));
  }

  /** Does one thing here and there; returns the edge Redis tells of. */
  async apply(
    presence: Presence,
    kind: "add" | "remove" | "linger",
    { lease, member, user }: { lease: string; member: PresenceMember; user: string },
  ): Promise<string | undefined> {
    const { client } = member;
    const known = this.#clients.get(client);
    // A client belongs to one node as long as that lives.
    if (known !== undefined && known.lease !== lease) return undefined;
    switch (kind) {
      case "remove":
        this.#clients.delete(client);
        return (await presence.remove(lease, member)).edge;
      case "linger":
        if (known === undefined || known.lingersSince !== undefined) return undefined;
        known.lingersSince = ++this.#steps;
        await presence.linger(member);
        return undefined;
      case "add": {
        const replaced = known ?? this.#longestLingering(user);
        if (replaced !== undefined) this.#clients.delete(replaced.name);
        this.#clients.set(client, { name: client, lease, user, lingersSince: undefined });
        return (await presence.add(lease, { ...member, user, infoJson: "{}", isTold: false })).edge;
      }
      default:
        return kind;
    }
  }

  #longestLingering(user: string): ModelClient | undefined {
    const lingering = Array.from(this.#clients.values()).filter(
      (client) => client.user === user && client.lingersSince !== undefined,
    );
    return lingering.sort((one, other) => (one.lingersSince ?? 0) - (other.lingersSince ?? 0))[0];
  }
}
