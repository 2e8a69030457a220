import { setImmediate as turn } from "node:timers/promises";
import { knownChannelName } from "@switchyard/broker/channel-name";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Rooms } from "./rooms.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const frames = { added: () => Buffer.of(), removed: () => Buffer.of() };

/** Rooms over lists that are read when the test says so. */
function createRooms() {
  let hearing = {};
  let reading = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const watched = new Set<string>();
  const rooms = new Rooms({
    hub: { watch: async (channel) => void watched.add(channel), unwatch: (channel) => watched.delete(channel) },
    broker: { hearing: () => hearing },
    presence: {
      async members() {
        most = Math.max(most, ++reading);
        await new Promise<void>((resolve) => waiting.push(resolve));
        reading--;
        return new Map();
      },
    },
  });
  const answerAll = async () => {
    do {
      for (const answer of waiting.splice(0)) answer();
      await turn();
    } while (waiting.length > 0);
  };
  return { rooms, watched, answerAll, most: () => most, loseConnection: () => ((hearing = {}), (most = 0)) };
}

const channelOf = (index: number) => knownChannelName(`shop:presence-${index}`);

test("a room is there while somebody holds it, and is read once for all who come together", async () => {
  const { rooms, watched, answerAll, most } = createRooms();
  const holding = [1, 1, 1].map((index) => rooms.hold(channelOf(index), frames));
  await turn();
  await answerAll();
  expect(new Set(await Promise.all(holding)).size).toBe(1);
  expect(most()).toBe(1);
  rooms.release(channelOf(1));
  rooms.release(channelOf(1));
  expect(watched.size).toBe(1);
  rooms.release(channelOf(1));
  expect(watched.size).toBe(0);
  rooms.close();
});

test("after a lost connection all lists are read again, some at a time", async () => {
  const { rooms, answerAll, most, loseConnection } = createRooms();
  const holding = Array.from({ length: 100 }, (_, index) => rooms.hold(channelOf(index), frames));
  await turn();
  await answerAll();
  const held = await Promise.all(holding);
  loseConnection();
  expect(held.filter(({ isCurrent }) => isCurrent)).toHaveLength(0);
  vi.advanceTimersByTime(1_000);
  await turn();
  await answerAll();
  await turn();
  await answerAll();
  expect(held.filter(({ isCurrent }) => isCurrent)).toHaveLength(100);
  expect(most()).toBeLessThanOrEqual(32);
  rooms.close();
});
