import { Registry } from "prom-client";
import { expect, onTestFinished, test } from "vitest";
import type { Attempt, Outcome } from "@switchyard/tasks/task-worker";
import { attemptOf } from "../testing/attempt-of.ts";
import { startService } from "../testing/start-service.ts";
import type { Receiver } from "./event-batch-body.ts";
import { type EventDelivery, sealOf } from "./event-delivery.ts";
import { createEventHandler } from "./event-handler.ts";
import { createEventMetrics } from "./event-metrics.ts";

const body = '{"type":"events","data":{"batch":"evb_1","dropped":0,"events":[{"n":9007199254740993}]}}';

function receiverOf(fields: Partial<Receiver>): Receiver {
  return { name: "shop", url: "", handler: "", secret: "", previous_secret: "", types: [], ...fields };
}

function stage(receiver: Receiver, run: (attempt: Attempt) => Promise<Outcome> = never) {
  const lost: unknown[] = [];
  const outbox = { lose: async (...args: unknown[]) => void lost.push(args) };
  const metrics = createEventMetrics([new Registry()]);
  const marked = new Set<string>();
  const toldOf = async (which: "delivered" | "failed") => (await metrics[which].get()).values.map(({ value }) => value);
  const gone = { has: (name: string) => marked.has(name), add: async (name: string) => void marked.add(name) };
  const handler = createEventHandler({ receivers: [receiver], outbox, gone, run, metrics });
  const bring = (change: Partial<EventDelivery> = {}, number = 2) => {
    const whole = { receiver: "shop", lane: 3, id: "evb_1", body, events: 7, seal: sealOf(receiver, "evb_1", body) };
    return handler({ ...attemptOf({ ...whole, ...change }, { handler: "hub.events" }).attempt, number });
  };
  return { bring, lost, marked, toldOf };
}

async function service(status: () => number, headers: Readonly<Record<string, string>> = {}) {
  const one = await startService(() => ({ status: status(), headers }));
  onTestFinished(one.close);
  return one;
}

function never(): Promise<Outcome> {
  throw new Error("no handler is to run");
}

test("a batch is posted as it was made, under its own id, signed by both secrets", async () => {
  const { url, requests } = await service(() => 204);
  const secrets = { secret: "the-secret-of-today", previous_secret: "the-secret-of-yesterday" };
  const { bring, toldOf } = stage(receiverOf({ url, ...secrets }));
  expect(await bring()).toMatchObject({ kind: "succeeded" });
  expect([await toldOf("delivered"), await toldOf("failed")]).toEqual([[7], []]);
  expect([requests[0]?.text, requests[0]?.headers["webhook-id"]]).toEqual([body, "evb_1"]);
  for (const secret of Object.values(secrets)) expect(requests[0]?.isSignedWith(secret)).toBe(true);
});

test("what was made by nobody who has the secret is sent to nobody", async () => {
  const { url, requests } = await service(() => 200);
  const { bring } = stage(receiverOf({ url, secret: "the-secret-of-today" }));
  for (const change of [{ seal: "" }, { body: `${body} ` }, { id: "evb_2" }, { receiver: "other" }]) {
    expect(await bring(change)).toMatchObject({ kind: "failed" });
  }
  expect(requests).toEqual([]);
});

test("what was sealed before the secret changed is still sent", async () => {
  const { url } = await service(() => 200);
  const { bring } = stage(
    receiverOf({ url, secret: "the-secret-of-today", previous_secret: "the-secret-of-yesterday" }),
  );
  const seal = sealOf({ secret: "the-secret-of-yesterday" }, "evb_1", body);
  expect(await bring({ seal })).toMatchObject({ kind: "succeeded" });
});

test.each([
  [500, 2, false, 0],
  [404, 2, false, 0],
  [302, 3, false, 1],
  [500, 3, false, 1],
] as const)(
  "an answer of %i to attempt %i of 3: final %j, and told as lost %i times",
  async (status, number, final, times) => {
    const { url } = await service(() => status);
    const { bring, lost, toldOf } = stage(receiverOf({ url, secret: "the-secret-of-today" }));
    // The log names it: the handler is that of all receivers.
    const detail = { receiver: "shop", host: new URL(url).host };
    expect(await bring({}, number)).toMatchObject({ kind: "failed", final, detail });
    expect([await toldOf("delivered"), await toldOf("failed")]).toEqual([[], [1]]);
    expect(lost).toEqual(Array.from({ length: times }, () => [3, "shop", 7]));
  },
);

test("a receiver that says it is gone is asked no more, what waited for it is lost, and no task has failed", async () => {
  const { url, requests } = await service(() => 410);
  const { bring, lost, marked, toldOf } = stage(receiverOf({ url, secret: "the-secret-of-today" }));
  const outcomes = [await bring({}, 1), await bring({}, 1)];
  expect(outcomes).toEqual([410, 410].map((status) => ({ kind: "succeeded", result: { status } })));
  expect([requests.length, ...marked]).toEqual([1, "shop"]);
  expect(await toldOf("delivered")).toEqual([]);
  expect(lost).toEqual([
    [3, "shop", 7],
    [3, "shop", 7],
  ]);
});

test.each([
  [429, "7", 7_000],
  [503, "7", 7_000],
  [503, "3600", 60_000],
  [500, "7", undefined],
  [429, "soon", undefined],
])(
  "%i with `Retry-After: %s` is asked again after %j ms at least, a minute at most",
  async (status, header, expected) => {
    const { url } = await service(() => status, { "retry-after": header });
    const { bring } = stage(receiverOf({ url, secret: "the-secret-of-today" }));
    const outcome = (await bring({}, 1)) as Outcome & { readonly kind: "failed" };
    expect(outcome.retryAfterMs).toBe(expected);
  },
);

test("a receiver that cannot be reached at the last attempt has lost the batch", async () => {
  const { bring, lost } = stage(receiverOf({ url: "http://127.0.0.1:1/", secret: "the-secret-of-today" }));
  const message = expect.stringContaining("ECONNREFUSED") as string;
  expect(await bring({}, 3)).toMatchObject({ kind: "failed", message, detail: { receiver: "shop" } });
  expect(lost).toEqual([[3, "shop", 7]]);
});

test("a handler of the catalog is run with the batch as its data, digit by digit, under the id of the task", async () => {
  const seen: Attempt[] = [];
  const { bring } = stage(receiverOf({ handler: "onEvents" }), async (attempt) => {
    seen.push(attempt);
    return { kind: "succeeded", result: 1 };
  });
  expect(await bring()).toEqual({ kind: "succeeded", result: 1 });
  expect(seen[0]).toMatchObject({ dataJson: body, task: { id: "t_1", handler: "onEvents", data: { type: "events" } } });
});
