import { eventually } from "@switchyard/testkit/eventually";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { InboxUser } from "../inbox-user.ts";
import type { ItemId } from "../notification-id.ts";
import { type InboxFixture, notification, startInboxFixture } from "../testing/inbox-fixture.ts";

let fixture: InboxFixture;
let user: InboxUser;
beforeAll(async () => {
  fixture = await startInboxFixture();
});
beforeEach(() => {
  user = fixture.user();
});
afterAll(() => fixture.close());

const add = async (name: string, item = {}) => (await fixture.inbox.add(user, notification(name, item))).id;
const seqOf = async (id: ItemId) => Number((await fixture.items(user)).find((item) => item.id === id)?.seq);
const titles = async (status: "all" | "unread" | "read" | "archived" | "snoozed" = "all") =>
  (await fixture.items(user, status)).map(({ title }) => title);
const last = async () => (await fixture.events(user)).at(-1);

test("a mark changes what is not so already, tells it once, and answers with the counts that follow", async () => {
  const [a, b] = [await add("a", { category: "x" }), await add("b", { category: "y" })];
  const { inbox } = fixture;
  const reply = await inbox.mark(user, { as: "read", target: { ids: [a, a, b] } });
  expect(reply).toMatchObject({ changed: 2, counts: { unread: 0, unseen: 0, total: 2, categories: {} } });
  expect(await last()).toMatchObject({ type: "state", state: "read", ids: [a, b], counts: reply.counts });
  expect(await inbox.mark(user, { as: "read", target: { ids: [a] } })).toEqual({ ...reply, changed: 0 });
  expect(await fixture.events(user)).toHaveLength(3);
  expect((await inbox.mark(user, { as: "unread", target: { ids: [b] } })).counts).toEqual({
    unread: 1,
    unseen: 1,
    total: 2,
    categories: { y: 1 },
  });
  expect(await titles("unread")).toEqual(["b"]);
  expect(await titles("read")).toEqual(["a"]);
});

test("a mark up to an item holds for what is no newer, of one category or of all", async () => {
  await add("a", { category: "x" });
  await add("b", { category: "y" });
  const upTo = await seqOf(await add("c", { category: "x" }));
  await add("d", { category: "x" });
  const { inbox } = fixture;
  expect(await inbox.mark(user, { as: "read", target: { upTo, category: "x" } })).toMatchObject({ changed: 2 });
  expect(await last()).toMatchObject({ type: "state", state: "read", upTo, category: "x", counts: { unread: 2 } });
  expect(await titles("unread")).toEqual(["d", "b"]);
  expect(await inbox.mark(user, { as: "archive", target: { upTo } })).toMatchObject({ changed: 3 });
  expect(await titles()).toEqual(["d"]);
});

test("what arrives while everything is marked as read stays unread, in each of 300 races", async () => {
  const { inbox } = fixture;
  let newest = await add("first");
  for (let n = 0; n < 300; n++) {
    const upTo = Number((await fixture.items(user))[0]?.seq);
    const mark = () => inbox.mark(user, { as: "read", target: { upTo } });
    const addition = () => inbox.add(user, notification(`n${n}`, { key: "one" }));
    const [{ id }] = await Promise.all(
      n % 2 === 0
        ? [addition(), mark()]
        : ([mark(), addition()].toReversed() as [ReturnType<typeof addition>, ReturnType<typeof mark>]),
    );
    newest = id;
    expect(await inbox.statuses(user, [newest])).toEqual(["unseen"]);
  }
});

test("seen is a mark that only rises, never above the newest item, and unseen is never more than unread", async () => {
  const { inbox } = fixture;
  const a = await add("a");
  const b = await add("b");
  const [seqA, seqB] = [await seqOf(a), await seqOf(b)];
  expect(await inbox.see(user, seqA)).toMatchObject({ changed: 1, counts: { unread: 2, unseen: 1 } });
  expect(await inbox.statuses(user, [a, b])).toEqual(["seen", "unseen"]);
  expect(await inbox.see(user, 9e15)).toMatchObject({ changed: 1, counts: { unread: 2, unseen: 0 } });
  expect(await last()).toMatchObject({ type: "seen", upTo: seqB });
  expect(await inbox.see(user, seqA)).toMatchObject({ changed: 0, counts: { unseen: 0 } });
  await add("c");
  expect((await inbox.counts(user)).counts).toMatchObject({ unread: 3, unseen: 1 });
  await inbox.mark(user, { as: "read", target: { upTo: 9e15 } });
  expect((await inbox.counts(user)).counts).toMatchObject({ unread: 0, unseen: 0 });
});

test("what is archived is read and in no list and count until it is taken out or made unread", async () => {
  const { inbox } = fixture;
  const [a, b] = [await add("a"), await add("b")];
  expect((await inbox.mark(user, { as: "archive", target: { ids: [a, b] } })).counts).toMatchObject({
    unread: 0,
    total: 0,
  });
  expect(await titles("archived")).toEqual(["b", "a"]);
  expect((await inbox.mark(user, { as: "unarchive", target: { ids: [a] } })).counts).toMatchObject({
    unread: 0,
    total: 1,
  });
  expect((await inbox.mark(user, { as: "unread", target: { ids: [b] } })).counts).toMatchObject({
    unread: 1,
    total: 2,
  });
  expect(await titles()).toEqual(["b", "a"]);
  expect(await inbox.mark(user, { as: "unarchive", target: { ids: [a, b] } })).toMatchObject({ changed: 0 });
});

test("the first action of an item stands, and whoever acts has read it", async () => {
  const { inbox } = fixture;
  const actions = [
    { id: "approve", label: "Approve" },
    { id: "reject", label: "Reject" },
  ];
  const id = await add("a", { actions });
  expect(await inbox.act(user, id, "delete")).toMatchObject({ outcome: "unknown_action", changed: 0 });
  const [one, two] = await Promise.all([inbox.act(user, id, "approve"), inbox.act(user, id, "reject")]);
  expect(one).toMatchObject({ outcome: "done", action: "approve", changed: 1, counts: { unread: 0 } });
  expect(two).toMatchObject({ outcome: "unchanged", action: "approve", changed: 0 });
  expect((await fixture.items(user))[0]).toMatchObject({ action: "approve", interactedAtMs: expect.any(Number) });
  expect(await last()).toMatchObject({ type: "state", state: "interacted", ids: [id], action: "approve" });
  expect(await inbox.statuses(user, [id])).toEqual(["interacted"]);
  expect(await inbox.act(user, "n_000000000000000000000" as ItemId, "approve")).toMatchObject({
    outcome: "gone",
    action: null,
  });
});

test("a snoozed item is hidden, left alone by marks, and wakes as if it were new", async () => {
  const { inbox } = fixture;
  const [a, b] = [await add("a", { category: "c" }), await add("b")];
  await inbox.see(user, 9e15);
  const until = Date.now() + 60_000;
  expect(await inbox.snooze(user, a, until)).toMatchObject({
    outcome: "done",
    counts: { unread: 1, total: 1, categories: {} },
  });
  expect(await last()).toMatchObject({ type: "state", state: "snoozed", ids: [a], untilMs: until });
  expect(await titles("snoozed")).toEqual(["a"]);
  for (const as of ["read", "unread", "archive", "unarchive"] as const)
    expect(await inbox.mark(user, { as, target: { ids: [a] } })).toMatchObject({ changed: 0 });
  await fixture.makeAwake(user, a);
  expect(await inbox.settle(user)).toMatchObject({
    changed: 1,
    counts: { unread: 2, unseen: 1, total: 2, categories: { c: 1 } },
  });
  expect(await titles()).toEqual(["a", "b"]);
  expect(await last()).toMatchObject({ type: "item", item: { id: a, readAtMs: null, snoozedUntilMs: null } });
  expect(await inbox.snooze(user, b, Date.now() - 1)).toMatchObject({
    outcome: "done",
    counts: { unread: 2, total: 2 },
  });
  expect(await titles()).toEqual(["b", "a"]);
});

test("an archived item that is snoozed is in the archive no more", async () => {
  const { inbox } = fixture;
  const id = await add("a");
  await inbox.mark(user, { as: "archive", target: { ids: [id] } });
  await inbox.snooze(user, id, Date.now() + 60_000);
  expect([await titles("archived"), await titles("snoozed")]).toEqual([[], ["a"]]);
  await fixture.makeAwake(user, id);
  expect((await inbox.settle(user)).counts).toMatchObject({ unread: 1, total: 1 });
  expect(await titles("archived")).toEqual([]);
});

test("fifty may be snoozed at a time", async () => {
  const { inbox } = fixture;
  const until = Date.now() + 60_000;
  for (let n = 0; n < 50; n++) await inbox.snooze(user, await add(`n${n}`), until);
  const id = await add("one more");
  expect(await inbox.snooze(user, id, until)).toMatchObject({ outcome: "full", counts: { unread: 1 } });
  expect((await inbox.read(user, { status: "snoozed", limit: 20 })).cursor).not.toBeNull();
});

test("what wakes reaches an open page without anybody touching the inbox", async () => {
  const { inbox } = fixture;
  inbox.startWaking();
  const id = await add("a");
  await inbox.snooze(user, id, Date.now() + 500);
  await eventually(async () => expect(await last()).toMatchObject({ type: "item", item: { id } }));
});

test("what has become of items is what it is now, and missing means gone", async () => {
  const { inbox } = fixture;
  const [read, archived, snoozed, removed, fresh] = [
    await add("read"),
    await add("archived"),
    await add("snoozed"),
    await add("removed"),
    await add("fresh"),
  ];
  await inbox.mark(user, { as: "read", target: { ids: [read] } });
  await inbox.mark(user, { as: "archive", target: { ids: [archived] } });
  await inbox.snooze(user, snoozed, Date.now() + 60_000);
  await inbox.remove(user, [removed]);
  expect(await inbox.statuses(user, [read, archived, snoozed, removed, fresh])).toEqual([
    "read",
    "read",
    "snoozed",
    "gone",
    "unseen",
  ]);
});
