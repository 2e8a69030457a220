import { eventually } from "@switchyard/testkit/eventually";
import { escalationTrial } from "./escalation-trial.ts";
import { fanOutTrial } from "./fan-out-trial.ts";
import { type NotifyHub, startNotifyHub } from "./notify-hub.ts";
import { reloadTrial } from "./reload-trial.ts";

/**
 * The acceptance trials of notifications at their full size, some minutes: `node tests/notifications/run.ts`. Fan-out to 10 000
 * users undisturbed, with what it does to others' publishing, and with three workers killed; twenty kills around escalations; a minute of
 * a page that is loaded again every two seconds, beside a hidden tab.
 */

const stage = await startNotifyHub({ workers: 2 });
try {
  const quiet = await publishLatency(stage, () => new Promise((resolve) => void setTimeout(resolve, 5_000)));
  console.log("publishing alone", quiet);
  const undisturbed: object[] = [];
  const busy = await publishLatency(stage, async () => {
    undisturbed.push(await fanOutTrial(stage, { users: 10_000, kills: 0 }));
  });
  console.log("10 000 users", undisturbed[0]);
  console.log("publishing meanwhile", busy);
  console.log("10 000 users, 3 kills", await fanOutTrial(stage, { users: 10_000, kills: 3 }));
  await eventually(async () => {
    if ((await stage.hub.get("/v1/tasks/t_none")).status !== 404) throw new Error("the api is busy");
  });
  console.log("reloads", await reloadTrial(stage, { forMs: 60_000, everyMs: 2_000, afterMs: 10_000 }));
  const { tasks } = await escalationTrial(stage, 20);
  const wrong = Object.entries(tasks).filter(([, count]) => count !== 1);
  console.log("20 kills around escalations", { told: Object.keys(tasks).length, wrong });
} finally {
  await stage.close();
}

/** Of one publication after the other, while something is done. */
async function publishLatency({ hub }: NotifyHub, work: () => Promise<unknown>) {
  const latencies: number[] = [];
  let isDone = false;
  const publishing = (async () => {
    while (!isDone) {
      const startedMs = performance.now();
      await hub.post("/api/publish", { channel: "user:other", data: 1 });
      latencies.push(performance.now() - startedMs);
      await new Promise((resolve) => void setTimeout(resolve, 5));
    }
  })();
  await work();
  isDone = true;
  await publishing;
  const sorted = latencies.toSorted((left, right) => left - right);
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
  return { publications: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}
