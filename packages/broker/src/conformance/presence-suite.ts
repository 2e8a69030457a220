import { eventually } from "@switchyard/testkit/eventually";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChannelName } from "../channel-name.ts";
import type { Presence, PresenceEntry, PresenceMember } from "../presence.ts";
import { PresenceModel } from "./presence-model.ts";

/** Presence as the suite sees it: one door, for the node is an argument. */
export interface PresenceStage {
  readonly presence: Presence;
  /** Begins the lease of a node nobody has used and names it. */
  readonly node: () => Promise<string>;
  /** The node's lease runs out now, as after a crash. */
  readonly crash: (node: string) => Promise<void>;
  /** Joins and leaves heard so far, `join a` for client `a`, of every channel the suite has made. */
  readonly heard: readonly string[];
  /** A channel nobody has used, that this stage listens to. */
  readonly channel: () => Promise<ChannelName>;
  /** Redis keys that hold anything about the channel's presence. */
  readonly remains: (channel: ChannelName) => Promise<readonly string[]>;
}

/** What presence promises, whatever Redis topology is under it. */
export function describePresence(stage: () => PresenceStage): void {
  describe("presence", () => {
    describeEntries(stage);
    describeLargeChannels(stage);
    describeDeadNodes(stage);
    describeLingering(stage);
    describeAnyHistory(stage);
  });
}

/** Client `name` of user `user`; the info of a client is its name. */
function entryOf(channel: ChannelName, name: string, user = "u"): PresenceEntry {
  return { channel, client: name, user, infoJson: JSON.stringify({ user, client: name }), isTold: true };
}

/** As a survivor does it. @returns edges seen on the way */
async function sweep(presence: Presence, node: string): Promise<string[]> {
  const edges: string[] = [];
  for await (const batch of presence.indexOf(node)) {
    for (const member of batch) {
      const { edge } = await presence.remove(node, member, { onlyIfOf: true });
      if (edge !== undefined) edges.push(edge);
    }
  }
  return edges;
}

async function indexed(presence: Presence, node: string): Promise<PresenceMember[]> {
  const members = [];
  for await (const batch of presence.indexOf(node)) members.push(...batch);
  return members;
}

function describeEntries(stage: () => PresenceStage): void {
  test("shows clients of all nodes with their info, and counts users once", async () => {
    const { presence, node, channel } = stage();
    const [here, one, two] = [await channel(), await node(), await node()];
    await presence.add(one, entryOf(here, "a", "x"));
    await presence.add(two, entryOf(here, "b", "x"));
    await presence.add(two, entryOf(here, "c", ""));
    await presence.add(two, entryOf(here, "d", ""));
    const members = await presence.members(here);
    expect(new Set(members.keys())).toEqual(new Set(["a", "b", "c", "d"]));
    expect(JSON.parse(members.get("b") ?? "")).toEqual({ user: "x", client: "b" });
    expect(await presence.stats(here)).toEqual({ num_clients: 4, num_users: 2 });
  });

  test("what others see of a client is Unicode", async () => {
    const { presence, node, channel } = stage();
    const [here, one] = [await channel(), await node()];
    const infoJson = JSON.stringify({ user: "u", client: "a", conn_info: { name: "x\ud83d" } });
    await presence.add(one, { channel: here, client: "a", user: "u", infoJson, isTold: false });
    expect(JSON.parse((await presence.members(here)).get("a") ?? "")).toMatchObject({ conn_info: { name: "x\ufffd" } });
  });

  test("an empty channel has nobody, and leaves nothing behind", async () => {
    const { presence, node, channel, remains } = stage();
    const [here, one] = [await channel(), await node()];
    expect(await presence.members(here)).toEqual(new Map());
    expect(await presence.stats(here)).toEqual({ num_clients: 0, num_users: 0 });
    await presence.add(one, entryOf(here, "a"));
    await presence.remove(one, { channel: here, client: "a" });
    expect(await remains(here)).toEqual([]);
    expect(await indexed(presence, one)).toEqual([]);
  });

  test("tells the first in and the last out, once each, and a join and a leave per client", async () => {
    const { presence, node, channel, heard } = stage();
    const [here, one, two] = [await channel(), await node(), await node()];
    const changes = [
      await presence.add(one, entryOf(here, "a1")),
      await presence.add(two, entryOf(here, "a2")),
      await presence.add(two, entryOf(here, "a2")),
      await presence.remove(one, { channel: here, client: "a1" }),
      await presence.remove(one, { channel: here, client: "a1" }),
      await presence.remove(two, { channel: here, client: "a2" }),
      await presence.remove(two, { channel: here, client: "a2" }),
    ];
    const edges = changes.map(({ edge }) => edge);
    expect(edges).toEqual(["occupied", undefined, undefined, undefined, undefined, "vacated", undefined]);
    expect(changes[5]?.atUs).toBeGreaterThan(changes[0]?.atUs ?? 0);
    await eventually(() => expect(heard).toEqual(["join a1", "join a2", "leave a1", "leave a2"]));
  });
}

function describeLargeChannels(stage: () => PresenceStage): void {
  test("lists 20 000 clients, each once", { timeout: 20_000 }, async () => {
    const { presence, node, channel } = stage();
    const [here, one] = [await channel(), await node()];
    const names = Array.from({ length: 20_000 }, (_, index) => `client-${index}`);
    for (let start = 0; start < names.length; start += 2_000) {
      const some = names.slice(start, start + 2_000);
      await Promise.all(some.map((name, index) => presence.add(one, entryOf(here, name, `u${index % 100}`))));
    }
    const members = await presence.members(here);
    expect(members.size).toBe(20_000);
    expect(names.every((name) => members.has(name))).toBe(true);
    expect(await presence.stats(here)).toEqual({ num_clients: 20_000, num_users: 100 });
  });

  test("a client that is not told of comes and goes in silence", async () => {
    const { presence, node, channel, heard } = stage();
    const [here, one] = [await channel(), await node()];
    await presence.add(one, { ...entryOf(here, "s1"), isTold: false });
    await presence.add(one, entryOf(here, "s2"));
    await presence.remove(one, { channel: here, client: "s1" });
    await presence.remove(one, { channel: here, client: "s2" });
    await eventually(() => expect(heard).toEqual(["join s2", "leave s2"]));
  });

  test("refuses to list more bytes than its bound, and still counts them", async () => {
    const { presence, node, channel } = stage();
    const [here, one] = [await channel(), await node()];
    const large = "x".repeat(1_000_000);
    for (const name of ["a", "b", "c", "d", "e"]) {
      await presence.add(one, { ...entryOf(here, name), infoJson: JSON.stringify(large) });
    }
    await expect(presence.members(here)).rejects.toMatchObject({ code: 106 });
    expect(await presence.stats(here)).toEqual({ num_clients: 5, num_users: 1 });
  });
}

function describeDeadNodes(stage: () => PresenceStage): void {
  test("leaves out the clients of a dead node at once; sweeping tells of their leaving, once however often it is done", async () => {
    const { presence, node, crash, channel, heard, remains } = stage();
    const [here, there, one, two] = [await channel(), await channel(), await node(), await node()];
    await presence.add(one, entryOf(here, "d1", "x"));
    await presence.add(one, entryOf(there, "d1", "x"));
    await presence.add(two, entryOf(here, "d2", "y"));
    await crash(one);
    expect([...(await presence.members(here)).keys()]).toEqual(["d2"]);
    expect(await presence.stats(here)).toEqual({ num_clients: 1, num_users: 1 });
    expect(await presence.stats(there)).toEqual({ num_clients: 0, num_users: 0 });

    const edges = await Promise.all([sweep(presence, one), sweep(presence, one)]);
    expect(edges.flat()).toEqual(["vacated"]);
    expect(await sweep(presence, one)).toEqual([]);
    expect(await indexed(presence, one)).toEqual([]);
    expect(await remains(there)).toEqual([]);
    expect(await presence.stats(here)).toEqual({ num_clients: 1, num_users: 1 });
    await eventually(() => expect(heard.filter((text) => text === "leave d1")).toHaveLength(2));
    expect(heard).not.toContain("leave d2");
  });

  test("a client written anew under another lease is not swept with the old one", async () => {
    const { presence, node, crash, channel } = stage();
    const [here, one, reborn] = [await channel(), await node(), await node()];
    await presence.add(one, entryOf(here, "r"));
    await crash(one);
    expect((await presence.add(reborn, entryOf(here, "r"))).edge).toBeUndefined();
    expect(await sweep(presence, one)).toEqual([]);
    expect(await presence.stats(here)).toEqual({ num_clients: 1, num_users: 1 });
  });
}

function describeLingering(stage: () => PresenceStage): void {
  test("a client of the same user takes a lingering one's place, on any node, and nobody is told", async () => {
    const { presence, node, channel, heard } = stage();
    const [here, one, two] = [await channel(), await node(), await node()];
    await presence.add(one, entryOf(here, "l1", "x"));
    await presence.linger({ channel: here, client: "l1" });
    expect(await presence.stats(here)).toEqual({ num_clients: 1, num_users: 1 });
    await presence.add(one, entryOf(here, "l2", "y"));
    expect((await presence.add(two, entryOf(here, "l3", "x"))).edge).toBeUndefined();
    expect(new Set((await presence.members(here)).keys())).toEqual(new Set(["l2", "l3"]));
    expect((await presence.remove(one, { channel: here, client: "l1" })).edge).toBeUndefined();
    await eventually(() => expect(heard).toContain("join l2"));
    for (const quiet of ["leave l1", "join l3"]) expect(heard).not.toContain(quiet);
  });

  test("one newcomer takes one lingering client's place; the other leaves when its time is over", async () => {
    const { presence, node, channel, heard, remains } = stage();
    const [here, one] = [await channel(), await node()];
    await presence.add(one, entryOf(here, "m1", "x"));
    await presence.add(one, entryOf(here, "m2", "x"));
    await presence.linger({ channel: here, client: "m1" });
    await presence.linger({ channel: here, client: "m2" });
    await presence.add(one, entryOf(here, "m3", "x"));
    await presence.remove(one, { channel: here, client: "m1" });
    await presence.remove(one, { channel: here, client: "m2" });
    await presence.remove(one, { channel: here, client: "m3" });
    await eventually(() => expect(heard).toContain("leave m3"));
    expect(heard.filter((text) => / m\d/.test(text))).toEqual(["join m1", "join m2", "leave m2", "leave m3"]);
    expect(await remains(here)).toEqual([]);
  });
}

function describeAnyHistory(stage: () => PresenceStage): void {
  const step = fc.record({
    kind: fc.constantFrom("add", "add", "add", "remove", "linger", "crash", "sweep"),
    node: fc.nat(2),
    client: fc.nat(5),
  });
  test("after any joins, leaves and crashes the counts are those of the clients that are there, and edges alternate", async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { presence, node, crash, channel, remains } = stage();
      const here = await channel();
      const model = new PresenceModel([await node(), await node(), await node()]);
      const edges: string[] = [];
      for (const { kind, node: at, client } of steps) {
        const lease = model.leases[at] as string;
        const member = { channel: here, client: `p${client}-${model.generation}` };
        if (kind === "crash") {
          await crash(lease);
          model.crash(lease, await node());
        } else if (kind === "sweep") {
          for (const dead of model.dead) edges.push(...(await sweep(presence, dead)));
          model.sweep();
        } else {
          const user = `u${client % 2}`;
          const edge = await model.apply(presence, kind, { lease, member, user });
          if (edge !== undefined) edges.push(edge);
        }
        const alive = model.alive();
        expect(new Set((await presence.members(here)).keys())).toEqual(new Set(alive.map(({ name }) => name)));
        const users = new Set(alive.map(({ user }) => user)).size;
        expect(await presence.stats(here)).toEqual({ num_clients: alive.length, num_users: users });
      }
      for (const lease of [...model.leases, ...model.dead]) edges.push(...(await sweep(presence, lease)));
      expect(await remains(here)).toEqual([]);
      expect(edges).toEqual(edges.map((_, index) => (index % 2 === 0 ? "occupied" : "vacated")));
      expect(edges.length % 2).toBe(0);
    });
    await fc.assert(property, { numRuns: 40 });
  });
}
