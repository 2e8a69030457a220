import type { Inbox } from "@switchyard/inbox/inbox";
import { parseInboxUser } from "@switchyard/inbox/inbox-user";
import { notificationIdOf } from "@switchyard/inbox/notification-id";
import { fanOut } from "@switchyard/notifications/fan-out";
import { deliver } from "@switchyard/notifications/deliver";
import { parseDelivery } from "@switchyard/notifications/parse-delivery";
import type { EnqueueRequest } from "@switchyard/tasks/task-queue";
import type { Attempt } from "@switchyard/tasks/task-worker";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { attemptOf } from "../testing/attempt-of.ts";
import { type NotifyStage, openNotifyStage } from "../testing/notify-stage.ts";
import { createNotifyHandler } from "./notify-handler.ts";

const bounds = { dataMaxBytes: 4_096, knowsPresence: true };
let stage: NotifyStage;
let { inbox, parts, enqueued } = {} as NotifyStage;

beforeAll(async () => {
  stage = await openNotifyStage();
  ({ inbox, parts, enqueued } = stage);
});
beforeEach(() => stage.reset());
afterAll(() => stage.close());

function notify(id: string, data: unknown) {
  const { attempt } = attemptOf(data);
  const task = { ...attempt.task, id: id as Attempt["task"]["id"] };
  return createNotifyHandler({ parts, bounds })({ ...attempt, task });
}
const totalOf = async (user: string) => (await inbox.counts(parseInboxUser(user))).counts.total;
const request = (users: readonly string[], more: object = {}) => ({ to: { users }, item: { title: "t" }, ...more });
const crowd = (size: number) => Array.from({ length: size }, (_, index) => `u${index}`);

test("each user has the item once, however often the task is attempted; another task is another item", async () => {
  const first = await notify("t_1", request(["ann", "bob"]));
  expect(first).toMatchObject({ kind: "succeeded", result: { recipients: 2, stored: 2, muted: 0 } });
  expect(await notify("t_1", request(["ann", "bob"]))).toEqual(first);
  expect(await totalOf("ann")).toBe(1);
  await notify("t_2", request(["ann"]));
  expect(await totalOf("ann")).toBe(2);
});

test("timers are enqueued before the first item is written, one per step for up to 500 users", async () => {
  const escalate = [
    { afterMs: 10_000, handler: "push" },
    { afterMs: 60_000, unless: "read", handler: "email" },
  ];
  let writtenBefore = -1;
  const watched = {
    inbox,
    queue: {
      async enqueueMany(requests: readonly EnqueueRequest[]) {
        writtenBefore = Math.max(writtenBefore, await totalOf("u0"));
        return parts.queue.enqueueMany(requests);
      },
    },
  };
  const { attempt } = attemptOf(request(crowd(501), { escalate }));
  await createNotifyHandler({ parts: watched, bounds })(attempt);
  const timers = enqueued.map(({ delayMs, data }) => [delayMs, (data as { users: string[] }).users.length]);
  expect(timers.slice(0, 2)).toEqual([
    [10_000, 500],
    [60_000, 500],
  ]);
  // The second chunk's come when the first one's items are there, and nobody is in both.
  expect(timers.filter(([, users]) => users === 1)).toHaveLength(2);
  expect(writtenBefore).toBe(1);
});

test("a repeated delivery has no timers of its own, however soon the queue forgets their keys, and the outcomes of the first", async () => {
  const data = request(["mia", "ned"], {
    item: { title: "t", category: "ads" },
    escalate: [{ afterMs: 1_000, handler: "email" }],
  });
  await inbox.setPreferences(parseInboxUser("mia"), { categories: { ads: { inbox: false } } });
  const first = await notify("t_9", data);
  expect(first).toMatchObject({ result: { stored: 1, muted: 1 } });
  expect(enqueued.splice(0).length).toBeGreaterThan(0);
  await inbox.setPreferences(parseInboxUser("mia"), { categories: {} });
  expect(await notify("t_9", data)).toEqual(first);
  expect(enqueued).toEqual([]);
  expect(await totalOf("mia")).toBe(0);
});

test("what a fan-out makes of ten thousand users is twenty tasks that write the one notification", async () => {
  const id = notificationIdOf("everyone");
  const delivery = parseDelivery(id, request(crowd(10_000)), bounds);
  expect((await fanOut({ ...delivery, runAtMs: undefined }, parts)).tasks).toHaveLength(20);
  expect(await inbox.report(id)).toMatchObject({ recipients: 10_000, stored: 0 });
  for (const { data, group } of enqueued.slice(0, 2)) {
    expect(group).toBe("inbox");
    expect(await notify("t_any", data)).toMatchObject({ kind: "succeeded", result: { id, stored: 500 } });
  }
  expect(await inbox.report(id)).toMatchObject({ recipients: 10_000, stored: 1_000 });
});

test("a fan-out leaves room for others: one at a time and a rest after each, where a caller waits ten at once", async () => {
  let [underWay, most] = [0, 0];
  const add: Inbox["add"] = async (user, notification) => {
    underWay += 1;
    most = Math.max(most, underWay);
    return inbox.add(user, notification).finally(() => (underWay -= 1));
  };
  const watched = { ...parts, inbox: { ...inbox, add } };
  const beganMs = performance.now();
  await createNotifyHandler({ parts: watched, bounds })(attemptOf(request(crowd(20))).attempt);
  expect(most).toBe(1);
  // Twenty turns of 3.5 ms at least; a timer may be a millisecond early.
  expect(performance.now() - beganMs).toBeGreaterThan(45);
  most = 0;
  await deliver(parseDelivery(notificationIdOf("waited for"), request(crowd(20)), bounds), watched);
  expect(most).toBe(10);
});

test("what was recalled is not written, and a recall in the midst of it leaves nothing", async () => {
  const delivery = parseDelivery(notificationIdOf("oops"), request(crowd(200)), bounds);
  await fanOut({ ...delivery, runAtMs: Date.now() + 60_000 }, parts);
  await inbox.recall(delivery.notification.id);
  expect(await notify("t_1", enqueued[0]?.data)).toMatchObject({ result: { stored: 0, isRecalled: true } });
  expect(await totalOf("u0")).toBe(0);

  const data = request(crowd(200), { item: { title: "midst" } });
  let calls = 0;
  const add: Inbox["add"] = async (user, notification) => {
    calls += 1;
    // As from another process, while a batch is on its way.
    if (calls === 60) await inbox.recall(notification.id);
    return inbox.add(user, notification);
  };
  const { attempt } = attemptOf(data);
  const outcome = await createNotifyHandler({ parts: { ...parts, inbox: { ...inbox, add } }, bounds })(attempt);
  expect(outcome).toMatchObject({ result: { stored: 0, isRecalled: true } });
  expect(calls).toBe(100);
  const totals = await Promise.all(crowd(200).map(totalOf));
  expect(totals.filter((total) => total > 0)).toEqual([]);
});

test.each([
  [7, "data.body: must be an object"],
  [{ item: { title: "t" } }, "data.to: must be an object"],
  [{ to: { users: [7] }, item: { title: "t" } }, "data.to.users[0]: must be a text"],
  [{ to: { users: ["ann"] }, item: { titel: "t" } }, "data.item.titel: unknown field; did you mean title?"],
  [request(["ann"], { escalate: [{ afterMs: 5, handler: "push" }] }), "data.escalate[0].afterMs: must be"],
  [request(["ann"], { part: { id: "x" } }), "data.part: is made by the hub alone"],
  [request(["ann"], { part: { id: notificationIdOf("x") } }), "data.part: is made by the hub alone"],
  [request(["ann"], { part: null }), "data.part: is made by the hub alone"],
])("%j fails for good, says why, and writes nothing", async (data, message) => {
  const outcome = await notify("t_bad", data);
  expect(outcome).toMatchObject({ kind: "failed", final: true, message: expect.stringContaining(message) });
  expect(await totalOf("ann")).toBe(0);
});
