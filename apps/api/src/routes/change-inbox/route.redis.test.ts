import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
beforeEach(() => redis.flush());
afterAll(async () => {
  await api.close();
  await redis.close();
});

/** The newest first, as the list has them. */
async function fill(count: number, item: object = {}) {
  for (let index = 1; index <= count; index += 1)
    await api.post("/v1/inbox", { to: { users: ["ann"] }, item: { title: `item ${index}`, ...item } });
  return (await api.get("/v1/inbox/ann/items")).json.items;
}
const post = (path: string, body: object) => api.post(`/v1/inbox/ann/${path}`, body);
const pageOf = async (query: string) => (await api.get(`/v1/inbox/ann/items${query}`)).json;

test("what is read by ids, or up to what was on the screen, counts no more; what came later stays unread", async () => {
  const [, second, first] = await fill(3);
  expect((await post("read", { ids: [first?.id] })).json).toMatchObject({
    changed: 1,
    counts: { unread: 2, total: 3 },
  });
  expect((await post("read", { upTo: second?.seq })).json).toMatchObject({ changed: 1, counts: { unread: 1 } });
  expect((await pageOf("?status=unread")).items).toMatchObject([{ title: "item 3", readAt: null }]);
  const [read] = (await pageOf("?status=read")).items;
  expect(Date.parse(read?.readAt ?? "")).toBe(read?.readAtMs);
  expect((await post("unread", { ids: [first?.id] })).json).toMatchObject({ changed: 1, counts: { unread: 2 } });
});

test("what was seen stays unread, and the mark never goes back", async () => {
  const [newest, , oldest] = await fill(3);
  expect((await post("seen", { upTo: newest?.seq })).json).toMatchObject({
    changed: 1,
    counts: { unseen: 0, unread: 3 },
  });
  expect((await post("seen", { upTo: oldest?.seq })).json).toMatchObject({ changed: 0, counts: { unseen: 0 } });
});

test("what is archived is in its own list until it is taken out", async () => {
  const [item] = await fill(1);
  expect((await post("archive", { ids: [item?.id] })).json.counts).toMatchObject({ unread: 0, total: 0 });
  expect((await pageOf("?status=archived")).items).toHaveLength(1);
  expect((await post("unarchive", { ids: [item?.id] })).json.counts).toMatchObject({ unread: 0, total: 1 });
});

test("pages go on by their cursor, and what is added meanwhile does not shift them", async () => {
  await fill(3);
  const first = await pageOf("?limit=2");
  await fill(1);
  const second = await pageOf(`?limit=2&cursor=${first.cursor}`);
  expect([...first.items, ...second.items].map(({ title }) => title)).toEqual(["item 3", "item 2", "item 1"]);
  expect(second.cursor).toBeNull();
});

test("the first button stands, and a later one is told which it was", async () => {
  const actions = [
    { id: "approve", label: "Approve" },
    { id: "reject", label: "Reject" },
  ];
  const [item] = await fill(1, { actions });
  const act = (action: string) => post(`items/${item?.id}/act`, { action });
  expect((await act("approve")).json).toMatchObject({ changed: 1, action: "approve", counts: { unread: 0 } });
  expect((await act("reject")).json).toMatchObject({ changed: 0, action: "approve" });
  expect((await act("burn")).json.error).toMatchObject({ code: "invalid_request", field: "action" });
  await api.request("DELETE", `/v1/inbox/ann/items/${item?.id}`);
  expect(await act("approve")).toMatchObject({ status: 404, json: { error: { code: "item_unknown" } } });
});

test("preferences hold for what is added from then on, and come back as they were put", async () => {
  const preferences = {
    orders: { inbox: false, email: true },
    quietHours: { timeZone: "Asia/Shanghai", from: "22:00", to: "07:00" },
  };
  expect((await api.get("/v1/inbox/ann/preferences")).json).toEqual({});
  const put = await api.request("PUT", "/v1/inbox/ann/preferences", { body: preferences });
  expect([put.status, put.json]).toEqual([200, preferences]);
  expect((await api.get("/v1/inbox/ann/preferences")).json).toEqual(preferences);
  expect(await fill(1, { category: "orders" })).toEqual([]);
});

test("quiet hours of null are none, as over the socket", async () => {
  const put = await api.request("PUT", "/v1/inbox/ann/preferences", { body: { quietHours: null } });
  expect([put.status, put.json]).toEqual([200, {}]);
});

test("a category of null is told in one sentence, as over the socket", async () => {
  const { json } = await api.request("PUT", "/v1/inbox/ann/preferences", { body: { orders: null } });
  expect(json.error).toMatchObject({ field: "orders", message: "orders: must be an object" });
});

test.each(["9007199254740993", "1e300", "-1", "1.5"])("seen up to %s is refused", async (upTo) => {
  const body = `{"upTo":${upTo}}`;
  const { status, json } = await api.request("POST", "/v1/inbox/ann/seen", { body });
  expect([status, json.error.field]).toEqual([400, "upTo"]);
});

test("erasing forgets everything, and says whether there was anything", async () => {
  await fill(2);
  expect((await api.request("DELETE", "/v1/inbox/ann")).json).toEqual({ erased: true });
  expect((await api.request("DELETE", "/v1/inbox/nobody")).json).toEqual({ erased: false });
  expect((await pageOf("")).items).toEqual([]);
});

test("a recall removes a notification everywhere, and what became of it is told until then and after", async () => {
  const { json } = await api.post("/v1/inbox", { to: { users: ["ann", "bob", "carol"] }, item: { title: "t" } });
  const read = { ids: [json.items[0]?.id] };
  await post("read", read);
  const path = `/v1/notifications/${json.id}`;
  const before = (await api.get(path)).json;
  expect(before).toMatchObject({ recipients: 3, stored: 3, seen: 1, read: 1, interacted: 0, escalated: {} });
  expect((await api.request("DELETE", path)).json).toEqual({ removed: 3 });
  expect((await api.request("DELETE", path)).json).toEqual({ removed: 0 });
  expect((await api.get(path)).json).toMatchObject({ isRecalled: true, recipients: 3, stored: 0, seen: 0 });
  expect((await pageOf("")).counts.total).toBe(0);
});

test("users may be called as parts of paths are", async () => {
  for (const user of ["notifications", "items", "read", "a/b", "王"]) {
    await api.post("/v1/inbox", { to: { users: [user] }, item: { title: user } });
    const page = await api.get(`/v1/inbox/${encodeURIComponent(user)}/items`);
    expect(page.json.items).toMatchObject([{ title: user }]);
  }
});

test.each([
  ["POST", "ann/read", {}, "ids"],
  ["POST", "ann/read", { ids: [], upTo: 1 }, "ids"],
  ["POST", "ann/read", { ids: ["n_1"] }, "ids[0]"],
  ["POST", "ann/read", { ids: Array.from({ length: 501 }, () => "n_1") }, "ids"],
  ["POST", "ann/read", { upTo: -1 }, "upTo"],
  ["POST", "ann/seen", { ids: ["n_1"] }, "ids"],
  ["POST", "ann/items/n_1/act", { action: "a" }, "id"],
  ["DELETE", "ann/items/n_1", undefined, "id"],
  ["DELETE", "ann", { really: true }, "really"],
  ["PUT", "ann/preferences", { orders: { fax: true } }, "orders.fax"],
  ["PUT", "ann/preferences", { quietHours: { timeZone: "Mars", from: "22:00", to: "07:00" } }, "quietHours.timeZone"],
  ["GET", "ann/items?limit=101", undefined, "limit"],
  ["GET", "ann/items?status=new", undefined, "status"],
  ["GET", "ann/items?cursor=x", undefined, "cursor"],
  ["GET", `${"a".repeat(256)}/items`, undefined, "user"],
])("%s /v1/inbox/%.40s with %.60j is refused at %s", async (method, path, body, field) => {
  const { status, json } = await api.request(method, `/v1/inbox/${path}`, { body });
  expect({ status, ...json.error }).toMatchObject({ status: 400, code: "invalid_request", field });
});
