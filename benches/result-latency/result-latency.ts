import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { mintToken } from "@switchyard/testkit/mint-token";
import { Centrifuge } from "centrifuge";
import { build, type Histogram } from "hdr-histogram-js";
import type { Bench } from "../bench.ts";
import { watchCpu } from "../machine/cpu-watch.ts";
import { loadCore, serverCore } from "../machine/pin-process.ts";
import { monotonicUs } from "../machine/monotonic-us.ts";
import { formatFigure } from "../report/format-figure.ts";
import { formatTable } from "../report/format-table.ts";
import { describeQuietness } from "../report/quietness.ts";
import { tokenSecret } from "../servers/token-secret.ts";
import { apiKey, openHub, type BenchHub } from "./open-hub.ts";

/**
 * How long after a task was enqueued by HTTP does a browser have its result, on an idle hub?
 *
 * The stock SDK, connected; then for each task: POST, subscribe to the channel of the answer with its token, wait for the
 * publication that says `succeeded`. One at a time, with a pause in between.
 */
export const resultLatency: Bench = {
  name: "result-latency",
  question: "How long after a task was enqueued by HTTP does a browser have its result, on an idle hub?",
  minutes: 0.5,
  async run({ redis, quick }) {
    const hub = await openHub(redis.url);
    const client = new Centrifuge(hub.websocketUrl, { token: mintToken(tokenSecret, { sub: "bench" }) });
    try {
      client.connect();
      await client.ready(5_000);
      for (let warmup = 0; warmup < (quick ? 5 : 100); warmup += 1) await runTask(hub, client, createTimes());
      const times = createTimes();
      const endWatch = await watchCpu({
        ...pinned(hub.pids, serverCore),
        ...pinned({ client: process.pid, redis: redis.pid }, loadCore),
      });
      for (let task = 0; task < (quick ? 20 : 500); task += 1) {
        await runTask(hub, client, times);
        await wait(20);
      }
      const cpu = await endWatch();
      return { markdown: `${describeQuietness([cpu])}\n${format(times)}`, figures: { ...summaries(times), cpu } };
    } finally {
      client.disconnect();
      await hub.close();
    }
  },
};

/** Microseconds from the start of the request. */
interface Times {
  readonly accepted: Histogram;
  readonly subscribed: Histogram;
  readonly result: Histogram;
}

async function runTask({ apiUrl }: BenchHub, client: Centrifuge, times: Times): Promise<void> {
  const startedUs = monotonicUs();
  const note = (histogram: Histogram) => histogram.recordValue(Math.max(1, monotonicUs() - startedUs));
  const response = await fetch(`${apiUrl}/v1/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": apiKey },
    body: JSON.stringify({ handler: "test", data: { test: "test" }, group: "1" }),
  });
  if (response.status !== 202) throw new Error(`not accepted: ${await response.text()}`);
  const { channel, token } = (await response.json()) as { channel: string; token: string };
  note(times.accepted);
  const subscription = client.newSubscription(channel, { token });
  const succeeded = Promise.withResolvers<void>();
  subscription.on("subscribed", () => note(times.subscribed));
  subscription.on("publication", ({ data }) => {
    const { status } = data as { status: string };
    if (status === "succeeded") succeeded.resolve();
  });
  const late = AbortSignal.timeout(5_000);
  subscription.subscribe();
  await Promise.race([succeeded.promise, once(late, "abort")]);
  if (late.aborted) throw new Error(`no result on ${channel} within 5 s`);
  note(times.result);
  subscription.unsubscribe();
  client.removeSubscription(subscription);
}

function createTimes(): Times {
  const histogram = () =>
    build({ lowestDiscernibleValue: 1, highestTrackableValue: 60e6, numberOfSignificantValueDigits: 3 });
  return { accepted: histogram(), subscribed: histogram(), result: histogram() };
}

function pinned<Name extends string>(pids: Readonly<Record<Name, number>>, core: number) {
  const watched = Object.entries<number>(pids).map(([name, pid]) => [name, { pid, core }]);
  return Object.fromEntries(watched) as Record<Name, { pid: number; core: number }>;
}

function summaries(times: Times) {
  const of = (histogram: Histogram) => ({
    p50Ms: histogram.getValueAtPercentile(50) / 1_000,
    p99Ms: histogram.getValueAtPercentile(99) / 1_000,
    maxMs: histogram.maxValue / 1_000,
  });
  return { accepted: of(times.accepted), subscribed: of(times.subscribed), result: of(times.result) };
}

function format(times: Times): string {
  const { milliseconds } = formatFigure;
  const { accepted, subscribed, result } = summaries(times);
  const rows = Object.entries({ "202 with the task's id": accepted, subscribed, "the result is there": result });
  const table = formatTable(
    ["from the request until", "p50 ms", "p99 ms", "max ms"],
    rows.map(([title, { p50Ms, p99Ms, maxMs }]) => [title, ...[p50Ms, p99Ms, maxMs].map(milliseconds)]),
  );
  return `### Enqueue by HTTP to result at the client, ${times.result.totalCount} tasks, one at a time\n\n${table}\n`;
}
