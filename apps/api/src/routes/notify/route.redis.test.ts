import { startTestRedis, type TestRedis } from "@switchyard/testkit/redis-fixture";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestApi, type TestApi } from "../../testing/test-api.ts";

let redis: TestRedis;
let api: TestApi;

beforeAll(async () => {
  redis = await startTestRedis();
  api = await startTestApi(redis.url);
});
afterAll(async () => {
  await api.close();
  await redis.close();
});

/** As a week does. */
async function forgetKeys(): Promise<void> {
  const keys = (await redis.command("KEYS", "*:hub:{notification-key:*")) as string[];
  for (const key of keys) {
    expect(await redis.command("PTTL", key)).toBeGreaterThan(604_700_000);
    await redis.command("DEL", key);
  }
}

interface Recipients {
  readonly recipients: {
    readonly user: string;
    readonly item: string;
    readonly outcome: string;
    readonly status: string;
  }[];
  readonly cursor: string | null;
}

const notify = (users: readonly string[], more: object = {}) =>
  api.post("/v1/inbox", { to: { users }, item: { title: "Order 7 was paid" }, ...more });

test("an item is in each user's inbox before the answer is, and the answer has their counts", async () => {
  const { status, json } = await notify(["ann", "bob", "ann"]);
  expect(status).toBe(201);
  expect(json).toMatchObject({ recipients: 2, stored: 2, muted: 0, live: 0 });
  expect(json.items).toMatchObject([
    { user: "ann", counts: { unread: 1, unseen: 1, total: 1 } },
    { user: "bob", counts: { unread: 1, unseen: 1, total: 1 } },
  ]);
  const page = await api.get("/v1/inbox/bob/items");
  expect(page.json.items).toMatchObject([
    { id: json.items[1]?.id, notification: json.id, title: "Order 7 was paid", readAtMs: null, readAt: null },
  ]);
});

describe("one key", () => {
  test("fifty times at once is one item, and fifty answers that say the same", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => notify(["carol"], { idempotencyKey: "o7" })));
    const told = answers.map(({ status, json }) => [status, { ...json, live: 0 }]);
    expect(new Set(told.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const page = await api.get("/v1/inbox/carol/items");
    expect(page.json).toMatchObject({ counts: { unread: 1, total: 1 }, position: { offset: 1 } });
  });

  test("brings nothing back, however many items have come and gone since", async () => {
    const first = { idempotencyKey: "import", item: { title: "started", key: "import" } };
    await notify(["paula"], first);
    for (let n = 1; n <= 205; n++) await notify(["paula"], { item: { title: `progress ${n}`, key: "import" } });
    const before = await api.get("/v1/inbox/paula/items");
    expect(await notify(["paula"], first)).toMatchObject({
      status: 201,
      json: { stored: 1, items: [{ user: "paula" }] },
    });
    expect((await api.get("/v1/inbox/paula/items")).json).toEqual(before.json);
  });

  test("is a new one after its week, although the items of then are still there", async () => {
    const first = await notify(["wanda"], { idempotencyKey: "weekly", item: { title: "week 1" } });
    await forgetKeys();
    const second = await notify(["wanda"], { idempotencyKey: "weekly", item: { title: "week 2" } });
    expect(second).toMatchObject({ status: 201, json: { stored: 1 } });
    expect(second.json.id).not.toBe(first.json.id);
    const again = await notify(["wanda"], { idempotencyKey: "weekly", item: { title: "week 2" } });
    expect({ ...again.json, live: 0 }).toEqual({ ...second.json, live: 0 });
    const page = await api.get("/v1/inbox/wanda/items");
    expect(page.json.items.map(({ title }: { title: string }) => title)).toEqual(["week 2", "week 1"]);
  });

  test("with another request is a conflict, and nothing is written", async () => {
    await notify(["dan"], { idempotencyKey: "o8" });
    const answer = await notify(["dan", "eve"], { idempotencyKey: "o8" });
    expect(answer.status).toBe(422);
    expect(answer.json.error).toMatchObject({ code: "idempotency_conflict", field: "idempotencyKey" });
    expect((await api.get("/v1/inbox/eve/counts")).json.counts.total).toBe(0);
  });

  test("with another time, or with one and without, is a conflict, and nothing is written", async () => {
    const hour = Date.now() + 3_600_000;
    const conflict = { status: 422, json: { error: { code: "idempotency_conflict" } } };
    expect((await notify(["fay"], { idempotencyKey: "o9", deliverAt: hour })).status).toBe(202);
    expect(await notify(["fay"], { idempotencyKey: "o9" })).toMatchObject(conflict);
    expect(await notify(["fay"], { idempotencyKey: "o9", deliverAt: hour + 1 })).toMatchObject(conflict);
    expect((await api.get("/v1/inbox/fay/counts")).json.counts.total).toBe(0);
    const again = await notify(["fay"], { idempotencyKey: "o9", deliverAt: new Date(hour).toISOString() });
    expect(again.status).toBe(202);
    expect((await notify(["gus"], { idempotencyKey: "o10" })).status).toBe(201);
    expect(await notify(["gus"], { idempotencyKey: "o10", deliverAt: hour })).toMatchObject(conflict);
  });

  test("is not taken by a time that is refused", async () => {
    const far = await notify(["hal"], { idempotencyKey: "o11", deliverAt: Date.now() + 366 * 86_400_000 });
    expect(far.status).toBe(400);
    expect((await notify(["hal"], { idempotencyKey: "o11" })).status).toBe(201);
  });
});

test("who was reached is told user by user, in pages that have each of them once", async () => {
  const { json } = await notify(["kim", "lee", "mia"], { item: { title: "who looks?" } });
  const [item] = (await api.get("/v1/inbox/kim/items")).json.items;
  await api.post("/v1/inbox/kim/read", { ids: [item?.id] });
  const { recipients, cursor } = (await api.get(`/v1/notifications/${json.id}/recipients`))
    .json as unknown as Recipients;
  expect(cursor).toBeNull();
  expect(recipients.toSorted((left, right) => (left.user < right.user ? -1 : 1))).toEqual([
    { user: "kim", item: item?.id, outcome: "stored", status: "read" },
    { user: "lee", item: json.items[1]?.id, outcome: "stored", status: "unseen" },
    { user: "mia", item: json.items[2]?.id, outcome: "stored", status: "unseen" },
  ]);

  const many = await notify(crowd(2_000), { deliverAt: Date.now() + 3_600_000 });
  const seen: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const path = `/v1/notifications/${many.json.id}/recipients?limit=300${next && `&cursor=${next}`}`;
    const page = (await api.get(path)).json as unknown as Recipients;
    expect(page.recipients.length).toBeLessThan(1_000);
    seen.push(...page.recipients.map(({ user, outcome, status }) => `${user} ${outcome} ${status}`));
    next = page.cursor;
  }
  expect(seen.toSorted()).toEqual(
    crowd(2_000)
      .map((user) => `${user} pending gone`)
      .toSorted(),
  );
  expect((await api.get(`/v1/notifications/nt_${"a".repeat(21)}/recipients`)).status).toBe(404);
  for (const cursor of ["x", Buffer.from("recipients x").toString("base64url")])
    expect((await api.get(`/v1/notifications/${json.id}/recipients?cursor=${cursor}`)).json.error.field).toBe("cursor");
});

test("what notifications come to is counted", async () => {
  const read = async (name: string) =>
    Number(new RegExp(`^switchyard_${name} (\\d+)`, "m").exec((await api.get("/metrics")).text)?.[1] ?? 0);
  const names = [
    'notify_total{result="written"}',
    'inbox_items_total{outcome="stored"}',
    'inbox_items_total{outcome="duplicate"}',
  ];
  const counts = () => Promise.all(names.map((name) => read(name.replaceAll(/[{}]/g, "\\$&"))));
  const before = await counts();
  for (let n = 0; n < 2; n++) await notify(["nina", "omar"], { idempotencyKey: "counted" });
  expect((await counts()).map((count, index) => count - (before[index] ?? 0))).toEqual([2, 2, 2]);
});

test("repeated after a recall it says that it was recalled, and writes nothing", async () => {
  const notifications = [
    { users: ["ida"], more: {} },
    { users: ["ida"], more: { deliverAt: Date.now() + 3_600_000 } },
    { users: crowd(101), more: {} },
  ];
  for (const [index, { users, more }] of notifications.entries()) {
    const ask = () => notify(users, { ...more, idempotencyKey: `taken back ${index}` });
    const first = await ask();
    expect(first.json).not.toHaveProperty("isRecalled");
    await api.request("DELETE", `/v1/notifications/${first.json.id}`);
    const { status, json } = await ask();
    expect([status, json.id]).toEqual([first.status, first.json.id]);
    expect(json).toMatchObject({ recipients: users.length, isRecalled: true });
    expect(index === 0 ? json.items : json.tasks).toEqual([]);
  }
  expect((await api.get("/v1/inbox/ida/counts")).json.counts.total).toBe(0);
});

const crowd = (size: number) => Array.from({ length: size }, (_, index) => `u${index}`);

test("a hundred users are written at once; more are the work of tasks, 500 users each, the same ones for the same key", async () => {
  expect((await notify(crowd(100))).json.stored).toBe(100);
  const first = await notify(crowd(1_001), { idempotencyKey: "many" });
  expect(first.status).toBe(202);
  expect(first.json).toMatchObject({
    recipients: 1_001,
    tasks: [expect.any(String), expect.any(String), expect.any(String)],
  });
  expect((await notify(crowd(1_001), { idempotencyKey: "many" })).json).toEqual(first.json);
  const record = await api.get(`/v1/tasks/${first.json.tasks[0]}`);
  expect(record.json).toMatchObject({ handler: "hub.notify", group: "inbox", status: "queued" });
});

test.each([["deliverAt", "2099-01-01T00:00:00+08:00"] as const, ["deliverAtMs", Date.now() + 60_000] as const])(
  "with %s a task waits for it",
  async (field, time) => {
    const at = field === "deliverAt" ? new Date(Date.now() + 60_000).toISOString() : time;
    const { status, json } = await notify(["later"], { [field]: at });
    expect(status).toBe(202);
    expect((await api.get(`/v1/tasks/${json.tasks[0]}/why`)).json).toMatchObject({ state: "delayed" });
    expect((await api.get("/v1/inbox/later/counts")).json.counts.total).toBe(0);
    expect((await api.get(`/v1/notifications/${json.id}`)).json).toMatchObject({ recipients: 1, stored: 0 });
  },
);

const step = { afterMs: 10_000, handler: "email" };
const valid = { to: { users: ["ann"] }, item: { title: "t" } };
test.each([
  [{ ...valid, to: { users: crowd(10_001) } }, "to.users", "10000"],
  [{ ...valid, to: { users: [] } }, "to.users", "1"],
  [{ ...valid, to: { users: ["a\nb"] } }, "to.users[0]", "control"],
  [{ ...valid, to: { users: ["a", ".."] } }, "to.users[1]", "no path of a URL"],
  [{ ...valid, to: {} }, "to.users", "is missing"],
  [{ ...valid, to: { users: ["a"], group: "x" } }, "to.group", "unknown field"],
  [{ to: valid.to }, "item", "is missing"],
  [{ ...valid, item: {} }, "item.title", "is missing"],
  [{ ...valid, item: { title: "x".repeat(201) } }, "item.title", "200 characters"],
  [{ ...valid, item: { title: "t", url: "javascript:alert(1)" } }, "item.url", "http"],
  [{ ...valid, item: { title: "t", expiresAt: "tomorrow" } }, "item.expiresAt", "ISO 8601"],
  [{ ...valid, item: { title: "t", expiresAtMs: 1_700_000_000 } }, "item.expiresAtMs", "looks like seconds"],
  [
    { ...valid, item: { title: "t", expiresAt: 1_900_000_000_000, expiresAtMs: 1_900_000_000_000 } },
    "item.expiresAtMs",
    "cannot be combined with `expiresAt`",
  ],
  [{ ...valid, escalate: [{ ...step, afterMs: 10 }] }, "escalate[0].afterMs", "1000"],
  [{ ...valid, escalate: [{ ...step, unless: "glanced" }] }, "escalate[0].unless", "`seen`"],
  [{ ...valid, escalate: [{ ...step, when: "offline" }] }, "escalate[0].when", "channel.user_presence.enabled"],
  [{ ...valid, escalate: [{ ...step, handler: "hub.publish" }] }, "escalate[0].handler", "the hub's own"],
  [{ ...valid, escalate: Array.from({ length: 6 }, () => step) }, "escalate", "5"],
  [{ ...valid, deliverAt: "2027-01-01T09:00" }, "deliverAt", "the offset is missing"],
  [{ ...valid, deliverAt: Date.now(), deliverAtMs: Date.now() }, "deliverAtMs", "cannot be combined"],
  [{ ...valid, deliverAt: "2099-01-01T09:00:00Z" }, "deliverAt", "deliverAt: must be less than a year ahead"],
  [{ ...valid, deliverAtMs: 4_000_000_000_000 }, "deliverAtMs", "deliverAtMs: must be less than a year ahead"],
  [{ ...valid, escalate: [{ ...step, via: "by mail" }] }, "escalate[0].via", "letters"],
  [{ ...valid, delivrAt: 1 }, "delivrAt", "did you mean `deliverAt`?"],
])("%j is refused at %s: %s", async (body, field, message) => {
  const answer = await api.post("/v1/inbox", body);
  expect({ status: answer.status, ...answer.json.error }).toMatchObject({
    status: 400,
    code: "invalid_request",
    field,
  });
  expect(answer.json.error.message).toContain(message);
});

test.each([
  ["hub.notify", { to: { users: ["ann"] }, item: {} }, "data.item.title", "must be a text"],
  ["hub.notify", { ...valid, item: { title: "t", url: "javascript:alert(1)" } }, "data.item.url", "http"],
  ["hub.notify", { ...valid, to: { users: crowd(10_001) } }, "data.to.users", "10000"],
  ["hub.notify", { ...valid, part: { id: "nt_x" } }, "data.part", "unknown field"],
  ["hub.notify", undefined, "data", "must be an object"],
  ["hub.notify", 7, "data", "must be an object"],
  ["hub.publish", { data: 1 }, "data", "exactly one of"],
  ["hub.publish", { channel: "nowhere:a", data: 1 }, "data.channel", "no namespace `nowhere`"],
  ["hub.broadcast", { users: ["ann", ""], data: 1 }, "data.users[1]", "not empty"],
  ["hub.publish", { user: "ann" }, "data.data", ""],
  ["hub.publish", { user: "ann", data: 1, tag: 1 }, "data.tag", "unknown field"],
  ["hub.escalate", { users: ["ann"] }, "data", "made by notifications"],
])("a task for %s with %j is refused where it comes in, at %s: %s", async (handler, data, field, message) => {
  const { status, json } = await api.post("/v1/tasks", { handler, data });
  expect({ status, ...json.error }).toMatchObject({ status: 400, code: "invalid_request", field });
  expect(json.error.message).toContain(message);
  const batch = await api.post("/v1/tasks/batch", { tasks: [{ handler: "test" }, { handler, data }] });
  expect(batch.json).toMatchObject({ accepted: 1, results: [{}, { error: { ...json.error } }] });
});

test("data above its bound is told with the bound", async () => {
  const answer = await notify(["ann"], { item: { title: "t", data: "x".repeat(5_000) } });
  expect(answer.status).toBe(413);
  expect(answer.json.error).toMatchObject({ code: "body_too_large", field: "item.data" });
  expect(answer.json.error.message).toContain("4096");
});

test("a key without the scope cannot notify, by its own route, by a task or by a schedule", async () => {
  const secret = "key-of-tasks-0123456789";
  const other = await startTestApi(redis.url, {
    http_api: { keys: [{ name: "jobs", key: secret, scopes: ["tasks", "schedules"] }] },
  });
  const headers = { "x-api-key": secret };
  try {
    for (const [method, path, body] of [
      ["POST", "/v1/inbox", valid],
      ["POST", "/v1/tasks", { handler: "hub.notify", data: valid }],
      ["PUT", "/v1/schedules/s", { everyMs: 60_000, task: { handler: "hub.notify", data: valid } }],
    ] as const) {
      const answer = await other.request(method, path, { body, headers });
      expect({ path, status: answer.status }).toEqual({ path, status: 403 });
      expect(answer.json.error.message).toContain("`inbox`");
    }
  } finally {
    await other.close();
  }
});
