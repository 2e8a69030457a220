import type { Broker } from "@switchyard/broker/broker";
import type { ChannelName } from "@switchyard/broker/channel-name";
import type { PresenceReader, PresenceSignal } from "@switchyard/broker/presence";
import { splitObject } from "@switchyard/protocol/split-object";
import type { Hub } from "../../hub/hub.ts";

/** Somebody of this node who is told who comes and goes. */
export interface Occupant {
  /** It hears nothing any more, and is forgotten. */
  readonly isGone: boolean;
  send(message: Buffer): void;
}

export interface RoomOptions {
  readonly channel: ChannelName;
  readonly hub: Pick<Hub, "watch" | "unwatch">;
  readonly presence: Pick<PresenceReader, "members">;
  readonly broker: Pick<Broker, "hearing">;
  readonly frames: RoomFrames;
}

/** What occupants are told. Made once for all of them. */
export interface RoomFrames {
  /** The user's first client has come. `infoJson` is what others may know of them, as it was written. */
  added(user: string, infoJson: string | undefined): Buffer;
  /** The user's last client has gone. */
  removed(user: string): Buffer;
}

/**
 * The users in a channel, over all nodes, as this node tells of them. Read from Redis once, for the first occupant here; after that it follows the
 * comings and goings the hub is told of. So a new occupant costs no reading, its list and what it is told afterwards fit
 * together, and each change is told once, however it came to be known.
 *
 * What is told of connections becomes changes of users by idempotent steps: any client that comes makes its user be there; only
 * a leave that Redis found to be the user's last makes them go. Signals can be lost with a connection to Redis, so after each loss
 * the list is read again and the difference told.
 */
export class Room {
  readonly #options: RoomOptions;
  readonly #users = new Map<string, string | undefined>();
  readonly #occupants = new Set<Occupant>();
  readonly #onSignal = (signal: PresenceSignal) => this.#hear(signal);
  /** While the list is being read. */
  #heard: PresenceSignal[] | undefined;
  /** As `broker.hearing` had it when the list was read. */
  #hearing: object | undefined;
  #reading: Promise<void> | undefined;
  /** Who will be an occupant, or is one. */
  holders = 0;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** With what others may know of each, as JSON. */
  get users(): ReadonlyMap<string, string | undefined> {
    return this.#users;
  }

  /**
   * Resolves when the list is what it is in Redis, and kept so.
   * @throws HubError when Redis does not answer, or the list is too large to be read
   */
  async open(): Promise<void> {
    if (this.isCurrent) return;
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    await this.#reading;
  }

  /** No signal can have been lost since the list was read. */
  get isCurrent(): boolean {
    const { broker, channel } = this.#options;
    return this.#hearing !== undefined && broker.hearing(channel) === this.#hearing;
  }

  close(): void {
    this.#options.hub.unwatch(this.#options.channel, this.#onSignal);
  }

  /** From here on it is told. */
  enter(occupant: Occupant): void {
    this.#occupants.add(occupant);
  }

  leave(occupant: Occupant): void {
    this.#occupants.delete(occupant);
  }

  /** A client of this user has come, as Redis has just said; the signal of it may still be on its way. */
  see(user: string, infoJson: string | undefined): void {
    if (user === "" || this.#users.has(user)) return;
    this.#users.set(user, infoJson);
    this.#tell(() => this.#options.frames.added(user, infoJson));
  }

  async #read(): Promise<void> {
    const { hub, channel, broker, presence } = this.#options;
    this.#heard = [];
    try {
      await hub.watch(channel, this.#onSignal);
      const hearing = broker.hearing(channel);
      const members = await presence.members(channel);
      const found = new Map([...members.values()].map((info) => userOf(Buffer.from(info))));
      for (const user of this.#users.keys()) if (!found.has(user)) this.#remove(user);
      for (const [user, info] of found) this.see(user, info);
      this.#hearing = hearing;
    } finally {
      const heard = this.#heard;
      this.#heard = undefined;
      for (const signal of heard) this.#hear(signal);
    }
  }

  #hear(signal: PresenceSignal): void {
    if (this.#heard !== undefined) {
      this.#heard.push(signal);
      return;
    }
    const [user, info] = userOf(signal.info);
    if (signal.kind === "join") this.see(user, info);
    else if (signal.isLast) this.#remove(user);
  }

  #remove(user: string): void {
    if (this.#users.delete(user)) this.#tell(() => this.#options.frames.removed(user));
  }

  #tell(makeFrame: () => Buffer): void {
    if (this.#occupants.size === 0) return;
    const message = makeFrame();
    for (const occupant of this.#occupants) {
      if (occupant.isGone) this.#occupants.delete(occupant);
      else occupant.send(message);
    }
  }
}

/** What the app says of a user in this channel stands before what it says of the connection. The anonymous user is empty. */
export function userOf(info: Buffer): [user: string, infoJson: string | undefined] {
  const members = splitObject(info);
  const user = JSON.parse(members?.get("user")?.toString() ?? '""') as string;
  return [user, (members?.get("chan_info") ?? members?.get("conn_info"))?.toString()];
}
