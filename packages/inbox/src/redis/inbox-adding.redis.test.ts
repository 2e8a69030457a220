import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AddReply } from "../inbox.ts";
import type { InboxUser } from "../inbox-user.ts";
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

const titles = async (status: "all" | "unread" | "read" | "archived" | "snoozed" = "all") =>
  (await fixture.items(user, status)).map(({ title }) => title);
const add = (name: string, item = {}) => fixture.inbox.add(user, notification(name, item));
const types = async () => (await fixture.events(user)).map(({ type }) => type);

test("what is added is there, unread and unseen, and told with its counts", async () => {
  const reply = await add("a", { category: "orders", data: { n: 1 } });
  expect(reply).toMatchObject({
    outcome: "stored",
    counts: { unread: 1, unseen: 1, total: 1, categories: { orders: 1 } },
    position: { offset: 1 },
  });
  const { items, counts, position, cursor } = await fixture.inbox.read(user, { status: "all", limit: 20 });
  expect({ counts, position, cursor }).toEqual({ counts: reply.counts, position: reply.position, cursor: null });
  expect(items.map((item) => JSON.parse(item))).toMatchObject([
    { id: reply.id, title: "a", category: "orders", data: { n: 1 }, readAtMs: null, times: 1 },
  ]);
  expect(await fixture.events(user)).toEqual([{ type: "item", item: JSON.parse(items[0] ?? ""), counts }]);
});

test("what a producer has sent is handed out byte by byte", async () => {
  const data = '{"id":90071992547409931234,"price":1.10,"text":"\\u4e2d\\ud83d\\ude00 %d %s \\u0000"}';
  await fixture.addRaw(user, "exact", `{"title":"订单 \\"7\\"","data":${data}}`);
  const { items } = await fixture.inbox.read(user, { status: "all", limit: 1 });
  expect(items[0]).toContain('"title":"订单 \\"7\\""');
  expect(items[0]).toContain('"data":{"id":90071992547409931234,"price":1.10,"text":"中😀 %d %s \\u0000"}');
});

test("fifty additions of one notification at once are one item, one event and fifty answers that agree", async () => {
  const replies = await Promise.all(Array.from({ length: 50 }, () => add("a")));
  expect(replies.filter(({ outcome }) => outcome === "stored")).toHaveLength(1);
  expect(new Set(replies.map(({ id, counts, position }) => JSON.stringify({ id, counts, position }))).size).toBe(1);
  expect(await types()).toEqual(["item"]);
});

test("a notification that is added once more does not bring back what is gone, however it went", async () => {
  const removed = await add("removed");
  await fixture.inbox.remove(user, [removed.id]);
  await add("replaced", { key: "k" });
  await add("replacing", { key: "k" });
  const { id } = await add("expired");
  await fixture.makeDue(user, id);
  await fixture.inbox.settle(user);
  for (const [name, item] of [["removed"], ["replaced", { key: "k" }], ["expired"]] as const)
    expect(await add(name, item)).toMatchObject({ outcome: "duplicate" });
  expect(await titles()).toEqual(["replacing"]);
});

test("an item replaces the one of its key: unread, on top, one more time, and in one event", async () => {
  const first = await add("first", { key: "order-7" });
  await add("other");
  await fixture.inbox.mark(user, { as: "archive", target: { ids: [first.id] } });
  const second = await add("second", { key: "order-7" });
  expect(await fixture.items(user)).toMatchObject([{ title: "second", times: 2, readAtMs: null }, { title: "other" }]);
  expect(await titles("archived")).toEqual([]);
  expect(second.counts).toMatchObject({ unread: 2, total: 2 });
  expect((await fixture.events(user)).at(-1)).toMatchObject({ type: "item", replaces: first.id });
  expect(await add("third", { key: "order-7" })).toMatchObject({ outcome: "stored", counts: { total: 2 } });
  expect((await fixture.items(user))[0]).toMatchObject({ times: 3 });
});

test("a key is a user's own: others keep theirs", async () => {
  const other = fixture.user();
  await add("a", { key: "k" });
  await fixture.inbox.add(other, notification("b", { key: "k" }));
  expect(await titles()).toEqual(["a"]);
});

test("what a user has muted is not stored, from the next addition on, unless it is critical", async () => {
  const { inbox } = fixture;
  await add("before", { category: "ads" });
  await inbox.setPreferences(user, { categories: { ads: { inbox: false, push: true }, orders: { inbox: true } } });
  expect(await add("ad", { category: "ads" })).toMatchObject({ outcome: "muted", counts: { total: 1 } });
  expect(await add("order", { category: "orders" })).toMatchObject({ outcome: "stored" });
  expect(await add("none")).toMatchObject({ outcome: "stored" });
  expect(await add("recall of a product", { category: "ads", critical: true })).toMatchObject({ outcome: "stored" });
  expect(await inbox.preferences(user)).toEqual({
    categories: { ads: { inbox: false, push: true }, orders: { inbox: true } },
  });
  await inbox.setPreferences(user, { categories: {} });
  expect(await add("ad", { category: "ads" })).toMatchObject({ outcome: "stored" });
  expect(await types()).toEqual(Array.from({ length: 5 }, () => "item"));
});

test("a full inbox makes room: archived items first, then read, then unread ones, the oldest of each, and says so", async () => {
  const inbox = await fixture.open({ max_items: 20 });
  const replies: AddReply[] = [];
  for (let n = 0; n < 20; n++) replies.push(await inbox.add(user, notification(`n${n}`)));
  const ids = (...ns: number[]) => ns.flatMap((n) => replies[n]?.id ?? []);
  await inbox.mark(user, { as: "read", target: { ids: ids(3, 8) } });
  await inbox.mark(user, { as: "archive", target: { ids: ids(12, 5) } });
  const kinds = [];
  for (let n = 20; n < 25; n++) kinds.push((await inbox.add(user, notification(`n${n}`))).evicted);
  expect(kinds).toEqual([
    { archived: 1, read: 0, unread: 0 },
    { archived: 1, read: 0, unread: 0 },
    { archived: 0, read: 1, unread: 0 },
    { archived: 0, read: 1, unread: 0 },
    { archived: 0, read: 0, unread: 1 },
  ]);
  const removed = (await fixture.events(user)).flatMap((event) => (event.type === "removed" ? event.ids : []));
  expect(removed).toEqual(ids(5, 12, 3, 8, 0));
  expect(await inbox.add(user, notification("n0"))).toMatchObject({ outcome: "duplicate" });
  expect((await inbox.counts(user)).counts).toMatchObject({ total: 20, unread: 20 });
});

test("what comes too late is not stored", async () => {
  expect(await add("late", { expiresAt: "2020-01-01T00:00:00Z" })).toMatchObject({ outcome: "expired" });
  expect(await fixture.keys(user)).toEqual([]);
});

test("what expires leaves list and counts together, in whatever script comes next, and is told", async () => {
  const { id } = await add("old", { category: "c", expiresAtMs: Date.now() + 3_600_000 });
  await add("new", { category: "c" });
  await fixture.makeDue(user, id);
  const page = await fixture.inbox.read(user, { status: "all", limit: 20 });
  expect(page.items).toHaveLength(1);
  expect(page.counts).toEqual({ unread: 1, unseen: 1, total: 1, categories: { c: 1 } });
  expect((await fixture.events(user)).at(-1)).toEqual({ type: "removed", ids: [id], counts: page.counts });
  expect(page.position).toMatchObject({ offset: 3 });
});

test("no item stays longer than item_ttl, and an inbox nothing happens to is forgotten whole", async () => {
  const inbox = await fixture.open({ item_ttl: "1h" });
  await inbox.add(user, notification("a", { key: "k", category: "c" }));
  await inbox.add(user, notification("b", { expiresAtMs: Date.now() + 7_200_000 }));
  const { redis } = fixture;
  const due = await redis.zrange(`sy:{inbox:${user}}:inbox-due`, "0", "-1", "WITHSCORES");
  for (const ms of due.filter((_, index) => index % 2 === 1)) expect(Number(ms)).toBeLessThan(Date.now() + 3_610_000);
  const names = await fixture.keys(user);
  expect(names).toEqual(["due", "items", "keyed", "marks", "unread", "unread-by", "visible"]);
  for (const name of names) expect(await redis.pttl(`sy:{inbox:${user}}:inbox-${name}`)).toBeGreaterThan(3_590_000);
});

test("a seq is never given out twice, whatever the clock does", async () => {
  await add("a");
  await fixture.redis.hset(`sy:{inbox:${user}}:inbox-marks`, "last", "9000000000000000");
  await add("b");
  await add("c");
  expect((await fixture.items(user)).map(({ seq }) => seq).slice(0, 2)).toEqual([9000000000000002, 9000000000000001]);
  const [, , first] = await fixture.items(user);
  expect(Math.abs(Number(first?.seq) / 1_000 - Date.now())).toBeLessThan(60_000);
});

test("a user nothing was ever added to leaves nothing behind, and one whose inbox is empty only the marks", async () => {
  const { inbox, redis } = fixture;
  await inbox.read(user, { status: "all", limit: 20 });
  await inbox.counts(user);
  await inbox.mark(user, { as: "read", target: { upTo: 9e15 } });
  await inbox.see(user, 9e15);
  expect(await inbox.erase(user)).toBe(false);
  expect(await redis.keys(`sy:{inbox:${user}}:*`)).toEqual([]);
  const { id } = await add("a", { key: "k", category: "c" });
  await inbox.mark(user, { as: "archive", target: { ids: [id] } });
  await inbox.remove(user, [id]);
  expect(await fixture.keys(user)).toEqual(["marks"]);
});

test("categories are told of the first sixteen by name, and all count as unread", async () => {
  for (let n = 0; n < 20; n++) await add(`n${n}`, { category: `c${String(n).padStart(2, "0")}` });
  await add("again", { category: "c03" });
  await add("longer", { category: "c03-x" });
  const { counts } = await fixture.inbox.counts(user);
  expect(counts.unread).toBe(22);
  expect(Object.keys(counts.categories)).toHaveLength(16);
  expect(counts.categories).toMatchObject({ c00: 1, c03: 2, "c03-x": 1, c14: 1 });
});
