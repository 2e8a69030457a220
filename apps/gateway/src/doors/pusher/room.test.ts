import { knownChannelName } from "@switchyard/broker/channel-name";
import type { PresenceSignal } from "@switchyard/broker/presence";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Room } from "./room.ts";

const channel = knownChannelName("shop:presence-room");
const infoOf = (user: string) => JSON.stringify({ user, client: "1.2", chan_info: { id: 9007199254740991 } });

/** A room over a list that the test changes, with one occupant who keeps a list of its own by what it is told. */
function createRoom() {
  const members = new Map<string, string>();
  const told: string[] = [];
  let hearing = {};
  let onSignal: ((signal: PresenceSignal) => void) | undefined;
  let beforeAnswer = () => {};
  const room = new Room({
    channel,
    hub: {
      async watch(_, heard) {
        onSignal = heard;
      },
      unwatch: () => (onSignal = undefined),
    },
    broker: { hearing: () => hearing },
    presence: {
      async members() {
        const found = new Map(members);
        beforeAnswer();
        return found;
      },
    },
    frames: { added: (user) => Buffer.from(`+${user}`), removed: (user) => Buffer.from(`-${user}`) },
  });
  const occupant = { isGone: false, send: (message: Buffer) => void told.push(message.toString()) };
  return {
    room,
    told,
    members,
    occupant,
    join: (user: string) => onSignal?.({ kind: "join", info: Buffer.from(infoOf(user)), isLast: false }),
    leave: (user: string, isLast: boolean) => onSignal?.({ kind: "leave", info: Buffer.from(infoOf(user)), isLast }),
    loseConnection: () => (hearing = {}),
    whileReading: (act: () => void) => (beforeAnswer = act),
  };
}

test("a user is told of with the first client, and gone with the last one", async () => {
  const { room, told, occupant, join, leave } = createRoom();
  await room.open();
  room.enter(occupant);
  join("a");
  join("a");
  leave("a", false);
  expect(told).toEqual(["+a"]);
  leave("a", true);
  leave("a", true);
  expect(told).toEqual(["+a", "-a"]);
});

test("the list is what Redis had and what was heard while it was read, the newest last", async () => {
  const { room, members, join, leave, whileReading } = createRoom();
  members.set("1", infoOf("goes"));
  members.set("2", infoOf("stays"));
  members.set("3", infoOf(""));
  whileReading(() => {
    join("comes");
    leave("goes", true);
  });
  await room.open();
  expect([...room.users.keys()]).toEqual(["stays", "comes"]);
  expect(room.users.get("stays")).toBe('{"id":9007199254740991}');
});

test("after a lost connection the difference is told, and nothing where there is none", async () => {
  const { room, told, occupant, members, join, loseConnection } = createRoom();
  await room.open();
  room.enter(occupant);
  join("a");
  await room.open();
  expect(told).toEqual(["+a"]);
  loseConnection();
  members.set("1", infoOf("b"));
  await room.open();
  expect(told).toEqual(["+a", "-a", "+b"]);
});

test("who hears nothing any more is forgotten", async () => {
  const { room, told, occupant, join } = createRoom();
  await room.open();
  room.enter({
    ...occupant,
    get isGone() {
      return true;
    },
  });
  join("a");
  expect(told).toEqual([]);
});

test("whatever comes and goes, an occupant that keeps a list by what it is told has the list of the room, without a repetition", async () => {
  const steps = fc.array(
    fc.record({
      user: fc.constantFrom("a", "b", "c"),
      act: fc.constantFrom("join", "leave", "last", "see", "reload"),
    }),
  );
  await fc.assert(
    fc.asyncProperty(steps, async (acts) => {
      const { room, told, occupant, members, join, leave, loseConnection } = createRoom();
      await room.open();
      room.enter(occupant);
      for (const { user, act } of acts) {
        if (act === "join") join(user);
        else if (act === "leave") leave(user, false);
        else if (act === "last") leave(user, true);
        else if (act === "see") room.see(user, undefined);
        else {
          if (members.has(user)) members.delete(user);
          else members.set(user, infoOf(user));
          loseConnection();
          await room.open();
        }
      }
      const list = new Set<string>();
      for (const change of told) {
        const [sign, user] = [change[0], change.slice(1)];
        expect(list.has(user)).toBe(sign === "-");
        if (sign === "+") list.add(user);
        else list.delete(user);
      }
      expect(list).toEqual(new Set(room.users.keys()));
    }),
  );
});
