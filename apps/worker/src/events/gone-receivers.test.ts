import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { Receiver } from "./event-batch-body.ts";
import { createEventMetrics } from "./event-metrics.ts";
import { GoneReceivers } from "./gone-receivers.ts";

/** What workers share. */
function sharedMarks() {
  const marks = new Map<string, string>();
  return {
    gone: async () => new Map(marks),
    async markGone(receiver: string, mark: string) {
      const isNews = marks.get(receiver) !== mark;
      marks.set(receiver, mark);
      return isNews;
    },
  };
}

const shop: Receiver = {
  name: "shop",
  url: "http://shop.example/",
  handler: "",
  secret: "the-secret-of-today",
  previous_secret: "",
  types: [],
};

function worker(outbox: ReturnType<typeof sharedMarks>, fields: Partial<Receiver> = {}) {
  const lines: object[] = [];
  const metrics = createEventMetrics([new Registry()]);
  const logger = { warn: (fields_: object) => void lines.push(fields_) } as never;
  const gone = new GoneReceivers({ receivers: [{ ...shop, ...fields }], outbox, metrics, logger });
  const shown = async () => (await metrics.gone.get()).values.map(({ value }) => value);
  return { gone, lines, shown };
}

test("one that is gone is gone for every worker, with one line of log among them, and shows", async () => {
  const outbox = sharedMarks();
  const [finder, other] = [worker(outbox), worker(outbox)];
  expect(await finder.shown()).toEqual([0]);
  await Promise.all([finder.gone.add("shop"), other.gone.add("shop")]);
  const late = worker(outbox);
  await late.gone.refresh(0);
  expect([finder, other, late].map(({ gone }) => gone.has("shop"))).toEqual([true, true, true]);
  expect([...finder.lines, ...other.lines, ...late.lines]).toEqual([{ receiver: "shop" }]);
  expect(await late.shown()).toEqual([1]);
});

test.each([{ url: "http://shop.example/v2" }, { secret: "the-secret-of-tomorrow" }])(
  "is told again with %j",
  async (change) => {
    const outbox = sharedMarks();
    await worker(outbox).gone.add("shop");
    const { gone, shown } = worker(outbox, change);
    await gone.refresh(0);
    expect([gone.has("shop"), await shown()]).toEqual([false, [0]]);
  },
);

test("others are asked every five seconds, not with every look", async () => {
  const outbox = sharedMarks();
  const { gone } = worker(outbox);
  await gone.refresh(0);
  await worker(outbox).gone.add("shop");
  await gone.refresh(4_999);
  expect(gone.has("shop")).toBe(false);
  await gone.refresh(5_000);
  expect(gone.has("shop")).toBe(true);
});
