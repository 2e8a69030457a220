import { HubError } from "@switchyard/protocol/hub-error";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { InboxUser } from "../inbox-user.ts";
import { itemIdOf, notificationIdOf } from "../notification-id.ts";
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

const add = (name: string, item = {}) => fixture.inbox.add(user, notification(name, item));
const titlesOf = (items: readonly string[]) => items.map((item) => (JSON.parse(item) as { title: string }).title);

test("pages follow each other without a hole or a repetition, whatever is added and read meanwhile", async () => {
  const { inbox } = fixture;
  for (let n = 0; n < 25; n++) await add(`n${n}`);
  const first = await inbox.read(user, { status: "all", limit: 10 });
  await add("meanwhile");
  const second = await inbox.read(user, { status: "all", limit: 10, cursor: first.cursor ?? 0 });
  const third = await inbox.read(user, { status: "all", limit: 10, cursor: second.cursor ?? 0 });
  const read = [first, second, third].flatMap(({ items }) => titlesOf(items));
  expect(read).toEqual(Array.from({ length: 25 }, (_, n) => `n${24 - n}`));
  expect(third.cursor).toBeNull();
  expect(second.counts.total).toBe(26);
  const all = await inbox.read(user, { status: "all", limit: 26 });
  expect(all.cursor).toBeNull();
});

test("a page is of one category where that is asked for", async () => {
  for (let n = 0; n < 9; n++) await add(`n${n}`, { category: n % 3 === 0 ? "x" : "y" });
  const page = await fixture.inbox.read(user, { status: "unread", category: "x", limit: 2 });
  expect(titlesOf(page.items)).toEqual(["n6", "n3"]);
  const rest = await fixture.inbox.read(user, { status: "unread", category: "x", limit: 2, cursor: page.cursor ?? 0 });
  expect(titlesOf(rest.items)).toEqual(["n0"]);
});

test("a page ends at 256 KiB, and the next one goes on there", async () => {
  const inbox = await fixture.open({ data_max_size: 16_384 });
  const data = "x".repeat(15_000);
  for (let n = 0; n < 20; n++) {
    await fixture.addRaw(user, `n${n}`, JSON.stringify({ title: `n${n}`, data }), 16_384);
  }
  const first = await inbox.read(user, { status: "all", limit: 20 });
  expect(first.items.join("").length).toBeLessThan(262_144);
  const second = await inbox.read(user, { status: "all", limit: 20, cursor: first.cursor ?? 0 });
  expect(titlesOf([...first.items, ...second.items])).toEqual(Array.from({ length: 20 }, (_, n) => `n${19 - n}`));
});

test("a snapshot is the newest twenty with the counts and a position a subscriber can go on from", async () => {
  const { inbox } = fixture;
  const empty = await inbox.snapshot(user);
  expect(JSON.parse(empty.dataJson)).toEqual({
    items: [],
    counts: { unread: 0, unseen: 0, total: 0, categories: {} },
    cursor: null,
  });
  expect(empty.position).toEqual({ offset: 0, epoch: "epoch" });
  for (let n = 0; n < 25; n++) await add(`n${n}`);
  const { dataJson, position } = await inbox.snapshot(user);
  const { items, counts, cursor } = JSON.parse(dataJson) as { items: object[]; counts: object; cursor: number };
  expect(items).toHaveLength(20);
  expect({ counts, position }).toEqual(await inbox.counts(user));
  expect((await inbox.read(user, { status: "all", limit: 20, cursor })).items).toHaveLength(5);
});

test("erasing leaves nothing of a user but that these notifications were there, and says so", async () => {
  const { inbox } = fixture;
  await add("secret", { key: "k" });
  await inbox.setPreferences(user, { categories: { c: { inbox: false } } });
  expect(await inbox.erase(user)).toBe(true);
  expect(await fixture.keys(user)).toEqual(["marks"]);
  expect(await fixture.events(user)).toEqual([{ type: "reset" }]);
  expect(await inbox.erase(user)).toBe(false);
  expect(await fixture.events(user)).toEqual([{ type: "reset" }]);
  expect(await add("secret", { key: "k" })).toMatchObject({ outcome: "duplicate" });
  expect(await inbox.preferences(user)).toEqual({ categories: {} });
  expect(await add("other")).toMatchObject({ counts: { unread: 1, unseen: 1 }, position: { offset: 3 } });
  expect(await inbox.erase(user)).toBe(true);
  await inbox.setPreferences(user, { categories: { c: { inbox: false } } });
  expect(await inbox.erase(user)).toBe(true);
  expect(await inbox.erase(user)).toBe(false);
});

test("sets that Redis has lost are made anew from the items, as they were", async () => {
  const { inbox, redis } = fixture;
  const ids = [];
  for (const name of ["a", "b", "c", "d"]) ids.push((await add(name, { category: "x", key: name })).id);
  const [a = itemIdOf(notificationIdOf(""), user), b = a, c = a] = ids;
  await inbox.mark(user, { as: "read", target: { ids: [a] } });
  await inbox.mark(user, { as: "archive", target: { ids: [b] } });
  await inbox.snooze(user, c, Date.now() + 60_000);
  const statuses = ["all", "unread", "read", "archived", "snoozed"] as const;
  const whole = async () => Promise.all(statuses.map((status) => fixture.items(user, status)));
  const before = { lists: await whole(), counts: (await inbox.counts(user)).counts };
  const lost = ["visible", "archived", "unread", "unread-by", "due", "snoozed", "keyed"];
  await redis.del(...lost.map((name) => `sy:{inbox:${user}}:inbox-${name}`));
  expect((await inbox.counts(user)).counts.total).toBe(0);
  await inbox.rebuild(user);
  expect({ lists: await whole(), counts: (await inbox.counts(user)).counts }).toEqual(before);
  expect((await fixture.events(user)).at(-1)).toEqual({ type: "reset" });
  expect(await add("again", { key: "d", category: "x" })).toMatchObject({ counts: { total: 2 } });
});

test("a notification is noted once, for one request, and told what has become of it with each level in the one before", async () => {
  const { inbox } = fixture;
  const users = [user, fixture.user(), fixture.user(), fixture.user()] as const;
  const sent = notification("report", { actions: [{ id: "ok", label: "OK" }] });
  expect(await inbox.note(sent.id, { digest: "d", users: users.slice(0, 2) })).toBe("new");
  expect(await inbox.note(sent.id, { digest: "d", users })).toBe("known");
  expect(await inbox.note(sent.id, { digest: "other", users })).toBe("conflict");
  for (const one of users.slice(0, 3)) await inbox.add(one, sent);
  await inbox.see(users[0], 9e15);
  await inbox.act(users[1], itemIdOf(sent.id, users[1]), "ok");
  await inbox.noteEscalation(sent.id, "push", [users[2], users[3]]);
  await inbox.noteEscalation(sent.id, "push", [users[2]]);
  await inbox.noteEscalation(sent.id, "constructor", [users[2]]);
  expect(await inbox.report(sent.id)).toMatchObject({
    recipients: 4,
    stored: 3,
    seen: 2,
    read: 1,
    interacted: 1,
    escalated: { push: 2, constructor: 1 },
    isRecalled: false,
  });
  expect(await inbox.report(notificationIdOf("unknown"))).toBeUndefined();
});

test("a recalled notification is gone everywhere, and a fan-out that goes on is told to stop", async () => {
  const { inbox } = fixture;
  const users = Array.from({ length: 60 }, () => fixture.user());
  const sent = notification("recalled");
  await inbox.note(sent.id, { digest: "d", users });
  await Promise.all(users.map((one) => inbox.add(one, sent)));
  expect(await inbox.recall(sent.id)).toEqual({ removed: 60 });
  expect(await inbox.note(sent.id, { digest: "d", users })).toBe("recalled");
  for (const one of users.slice(0, 3)) {
    expect((await inbox.counts(one)).counts.total).toBe(0);
    expect(await inbox.add(one, sent)).toMatchObject({ outcome: "duplicate" });
  }
  expect(await inbox.recall(notificationIdOf("unknown"))).toBeUndefined();
});

test("while Redis is away everything is a temporary error, and nothing waits for it", async () => {
  const away = await startInboxFixture();
  await away.server.stop();
  await expect(away.inbox.counts(user)).rejects.toThrow(HubError);
  await expect(away.inbox.add(user, notification("a"))).rejects.toMatchObject({ code: 100, temporary: true });
  expect(await away.inbox.check()).toBeTypeOf("string");
  await away.close();
});
