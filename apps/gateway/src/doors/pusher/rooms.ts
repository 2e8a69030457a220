import type { ChannelName } from "@switchyard/broker/channel-name";
import { Room, type RoomFrames, type RoomOptions } from "./room.ts";

export type RoomsOptions = Omit<RoomOptions, "channel" | "frames">;

/** How often it is looked whether signals may have been lost. */
const checkMs = 1_000;
/** Lists read at a time, when all of them have to be: after an outage Redis has other things to do as well. */
const batchSize = 32;

/** The rooms of this node: each is there while somebody holds it. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<ChannelName, Room>();
  readonly #timer: NodeJS.Timeout;
  #isChecking = false;

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#check(), checkMs).unref();
  }

  /**
   * Resolves when the room knows who is in the channel. Who holds it lets go of it by {@link release}.
   * @throws HubError when Redis does not answer, or the list is too large to be read; it is not held then
   */
  async hold(channel: ChannelName, frames: RoomFrames): Promise<Room> {
    const room = this.#rooms.get(channel) ?? new Room({ ...this.#options, channel, frames });
    this.#rooms.set(channel, room);
    room.holders++;
    try {
      await room.open();
      return room;
    } catch (error) {
      this.release(channel);
      throw error;
    }
  }

  release(channel: ChannelName): void {
    const room = this.#rooms.get(channel);
    if (room === undefined || --room.holders > 0) return;
    this.#rooms.delete(channel);
    room.close();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** What fails is tried again by the next check. */
  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    const stale = [...this.#rooms.values()].filter(({ isCurrent }) => !isCurrent);
    for (let start = 0; start < stale.length; start += batchSize) {
      await Promise.allSettled(stale.slice(start, start + batchSize).map((room) => room.open()));
    }
    this.#isChecking = false;
  }
}
