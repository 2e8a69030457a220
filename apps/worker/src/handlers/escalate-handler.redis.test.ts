import type { Inbox } from "@switchyard/inbox/inbox";
import { type InboxUser, parseInboxUser } from "@switchyard/inbox/inbox-user";
import { itemIdOf, notificationIdOf } from "@switchyard/inbox/notification-id";
import { deliver } from "@switchyard/notifications/deliver";
import type { EscalationData } from "@switchyard/notifications/notify";
import { parseDelivery } from "@switchyard/notifications/parse-delivery";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { attemptOf } from "../testing/attempt-of.ts";
import { type NotifyStage, openNotifyStage } from "../testing/notify-stage.ts";
import { createEscalateHandler } from "./escalate-handler.ts";

let stage: NotifyStage;
let inbox: Inbox;
const online = new Set<string>();

beforeAll(async () => {
  stage = await openNotifyStage();
  inbox = stage.inbox;
});
beforeEach(async () => {
  online.clear();
  await stage.reset();
});
afterAll(() => stage.close());

const ann = parseInboxUser("ann");
const bob = parseInboxUser("bob");
const id = notificationIdOf("n");
const itemOf = (user: InboxUser) => itemIdOf(id, user);
/** Hours that hold now, and the minute they end. */
const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
const quietNow = { from: clock(-1), to: clock(2), timeZone: "UTC" };

/** Writes it to both and returns what its first timer knows. */
async function send(step: object, item: object = {}): Promise<unknown> {
  const request = {
    to: { users: ["ann", "bob"] },
    item: { title: "t", category: "orders", data: { order: 7 }, ...item },
    escalate: [{ afterMs: 1_000, handler: "push", ...step }],
  };
  await deliver(parseDelivery(id, request, { dataMaxBytes: 4_096, knowsPresence: true }), stage.parts);
  const [timer] = stage.enqueued.splice(0);
  return timer?.data;
}

const countConnections = async (user: string) => (online.has(user) ? 1 : 0);
const fire = (data: unknown) =>
  createEscalateHandler({ ...stage.parts, countConnections })(attemptOf(data, { handler: "hub.escalate" }).attempt);
/** Of handlers, not of timers. */
const handed = () => stage.enqueued.filter(({ handler }) => handler !== "hub.escalate");
const usersHanded = () => handed().map(({ data }) => (data as EscalationData).user);

test("who has not looked is handed to the handler, alone, with the item and the counts", async () => {
  const outcome = await fire(await send({}));
  expect(outcome).toEqual({ kind: "succeeded", result: { escalated: 2, later: 0, spared: 0 } });
  expect(handed()[0]).toMatchObject({
    handler: "push",
    data: {
      user: "ann",
      notification: id,
      item: { id: itemOf(ann), title: "t", category: "orders", data: { order: 7 } },
      counts: { unread: 1, unseen: 1, total: 1 },
      escalation: { step: 0, afterMs: 1_000, unless: "seen", handler: "push" },
    },
  });
  expect(await inbox.report(id)).toMatchObject({ stored: 2, seen: 0, escalated: { push: 2 } });
});

describe("a step unless", () => {
  test("seen spares who has seen it", async () => {
    const timer = await send({});
    await inbox.see(ann, Number.MAX_SAFE_INTEGER);
    expect(await fire(timer)).toMatchObject({ result: { escalated: 1, spared: 1 } });
    expect(usersHanded()).toEqual(["bob"]);
  });

  test("read spares who has read it, and not who has only seen it", async () => {
    const timer = await send({ unless: "read" });
    await inbox.see(ann, Number.MAX_SAFE_INTEGER);
    await inbox.mark(bob, { as: "read", target: { ids: [itemOf(bob)] } });
    await fire(timer);
    expect(usersHanded()).toEqual(["ann"]);
  });
});

describe("what a user has snoozed", () => {
  test("is seen: a step unless seen spares them", async () => {
    const timer = await send({ unless: "seen" });
    await inbox.snooze(ann, itemOf(ann), Date.now() + 60_000);
    expect(await fire(timer)).toMatchObject({ result: { escalated: 1, later: 0, spared: 1 } });
    expect(usersHanded()).toEqual(["bob"]);
  });

  test("is looked at again when it has woken and the wait is over once more, unless read", async () => {
    const timer = await send({ unless: "read", afterMs: 5_000 });
    const untilMs = Date.now() + 60_000;
    await inbox.snooze(ann, itemOf(ann), untilMs);
    expect(await fire(timer)).toMatchObject({ result: { escalated: 1, later: 1, spared: 0 } });
    expect(usersHanded()).toEqual(["bob"]);
    const [later] = stage.enqueued.filter(({ handler }) => handler === "hub.escalate");
    expect(later?.runAt).toBe(untilMs + 5_000);
    // A time that has passed wakes it at once.
    await inbox.snooze(ann, itemOf(ann), Date.now() - 1);
    await fire(later?.data);
    expect(usersHanded()).toEqual(["bob", "ann"]);
  });
});

test("an item that was removed, erased or recalled is nobody's business any more", async () => {
  const timer = await send({});
  await inbox.remove(ann, [itemOf(ann)]);
  await inbox.erase(bob);
  expect(await fire(timer)).toMatchObject({ result: { escalated: 0, spared: 2 } });
});

test("offline spares who has a connection", async () => {
  const timer = await send({ when: "offline" });
  online.add("bob");
  await fire(timer);
  expect(usersHanded()).toEqual(["ann"]);
});

describe("preferences", () => {
  test("of the category hold for what `via` names, whatever the handler is called", async () => {
    const timer = await send({ handler: "send-mail", via: "email" });
    await inbox.setPreferences(ann, { categories: { orders: { email: false, push: true } } });
    await fire(timer);
    expect(usersHanded()).toEqual(["bob"]);
    expect((await inbox.report(id))?.escalated).toEqual({ email: 1 });
  });

  test("put quiet hours off to their end, when it is looked again", async () => {
    const timer = await send({});
    await inbox.setPreferences(ann, { categories: {}, quietHours: quietNow });
    expect(await fire(timer)).toMatchObject({ result: { escalated: 1, later: 1, spared: 0 } });
    expect(usersHanded()).toEqual(["bob"]);
    const [later] = stage.enqueued.filter(({ handler }) => handler === "hub.escalate");
    expect(new Date(Number(later?.runAt)).toISOString()).toContain(`T${quietNow.to}:00.000Z`);
    await inbox.setPreferences(ann, { categories: {} });
    await fire(later?.data);
    expect(usersHanded()).toEqual(["bob", "ann"]);
  });

  test("do not hold for what is critical", async () => {
    const timer = await send({}, { critical: true });
    await inbox.setPreferences(ann, { categories: { orders: { push: false } }, quietHours: quietNow });
    await fire(timer);
    expect(usersHanded()).toEqual(["ann", "bob"]);
  });
});

test("a timer that fires again hands nobody over twice, though the counts have changed since", async () => {
  const timer = await send({});
  await fire(timer);
  const records = async () => ((await stage.server.command("KEYS", "*record:t_*")) as string[]).toSorted();
  const before = await records();
  expect(handed()).toHaveLength(2);
  const other = parseDelivery(
    notificationIdOf("o"),
    { to: { users: ["ann"] }, item: { title: "o" } },
    {
      dataMaxBytes: 4_096,
      knowsPresence: true,
    },
  );
  await deliver(other, stage.parts);
  expect(await fire(timer)).toMatchObject({ kind: "succeeded" });
  expect(await records()).toEqual(before);
});

test.each([[7], [{ users: ["ann"] }], [{ notification: id, users: ["ann"], item: {}, escalation: { step: 0 } }]])(
  "%j is no timer, and says so for good",
  async (data) => {
    expect(await fire(data)).toMatchObject({ kind: "failed", final: true });
  },
);
