import { eventually } from "@switchyard/testkit/eventually";
import { Centrifuge } from "centrifuge";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { escalationTrial } from "./escalation-trial.ts";
import { fanOutTrial } from "./fan-out-trial.ts";
import { type NotifyHub, signingSecret, startNotifyHub } from "./notify-hub.ts";
import { reloadTrial } from "./reload-trial.ts";

/** Real processes throughout. The sizes of the acceptance tests are run by `node tests/notifications/run.ts`. */

let stage: NotifyHub;
beforeAll(async () => {
  stage = await startNotifyHub({ workers: 2 });
});
afterAll(() => stage?.close());

const step = { afterMs: 1_000, handler: "tell" };

test("who has seen it in time is not followed up, who has not is: once, and signed; what was escalated is told apart", async () => {
  const { id, items } = await stage.notify({
    to: { users: ["ann", "bob"] },
    item: { title: "Order 7 was paid", data: { order: 7 } },
    escalate: [{ ...step, via: "email" }],
  });
  const [item] = ((await stage.hub.get("/v1/inbox/ann/items")).body as { items: { seq: number }[] }).items;
  await stage.hub.post("/v1/inbox/ann/seen", { upTo: item?.seq });
  // One timer has both of them.
  await eventually(() => expect(stage.tasksFor("bob").size).toBe(1), { timeoutMs: 20_000 });
  expect(stage.tasksFor("ann").size).toBe(0);
  const [call] = stage.calls;
  expect(call?.isSignedWith(signingSecret)).toBe(true);
  expect(call?.body).toMatchObject({
    handler: "tell",
    data: {
      user: "bob",
      notification: id,
      item: { id: items[1]?.id, title: "Order 7 was paid", data: { order: 7 } },
      counts: { unread: 1, unseen: 1 },
      escalation: { step: 0, via: "email" },
    },
  });
  const told = await eventually(async () => {
    const found = await stage.report(id);
    expect(found.escalated).toEqual({ email: 1 });
    return found;
  });
  expect(told).toMatchObject({ recipients: 2, stored: 2, seen: 1, read: 0, interacted: 0 });
});

test("offline is who has no connection when the step fires, whoever had one before", async () => {
  const client = new Centrifuge(stage.hub.websocketUrl(), { websocket: WebSocket, token: stage.hub.token("online") });
  client.connect();
  await client.ready();
  try {
    const escalate = [{ ...step, when: "offline" }];
    await stage.notify({ to: { users: ["online", "away"] }, item: { title: "t" }, escalate });
    await eventually(() => expect(stage.tasksFor("away").size).toBe(1), { timeoutMs: 20_000 });
    expect(stage.tasksFor("online").size).toBe(0);
  } finally {
    client.disconnect();
  }
});

test("who reloads a page that is looked at is never followed up; who has a hidden tab is, once", async () => {
  const found = await reloadTrial(stage, { forMs: 2_000, everyMs: 250, afterMs: 3_000 });
  expect(found).toMatchObject({ pushesToReader: 0, pushesToHidden: 1 });
  expect(found.sent).toBeGreaterThan(1);
}, 60_000);

test("a worker killed in the midst of a fan-out leaves every user with the item, and with one", async () => {
  const { items, wrong } = await fanOutTrial(stage, { users: 2_500, kills: 1 });
  expect({ items, wrong }).toEqual({ items: 2_500, wrong: [] });
}, 120_000);

test("a worker killed around the moment of an escalation leaves one task for the handler: never none, never two", async () => {
  expect(await escalationTrial(stage, 2)).toEqual({ tasks: { "killed-0": 1, "killed-1": 1 } });
}, 120_000);
