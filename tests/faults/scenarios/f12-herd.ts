import { eventually } from "@switchyard/testkit/eventually";
import type { Stage } from "@switchyard/testkit/stage";
import { readMetrics, residentMib } from "../gateway-metrics.ts";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

const small = { clients: 400, perSecond: 20 };
/** 3 000 deliveries a second and channel, which the one process of all clients has to write down. */
const large = { clients: 10_000, perSecond: 10 };

export const herd: Scenario = {
  id: "F12",
  promise:
    "when half of all clients, or all of them, come back at once the survivors live and everybody is back within 30 s",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, isDirect: true, ...(isLong ? large : small) }, async (trial) => {
      const { stage } = trial;
      const [victim, survivor] = stage.gateways;
      if (victim === undefined || survivor === undefined) throw new Error("the stage has no two gateways");
      await trial.sendMore(20);
      const steadyMib = await residentMib(survivor);
      const readsBefore = await historyReads(stage);
      // Reading it starts a new window of its histogram.
      await readMetrics(survivor);
      trial.mark("half of them come back");
      stage.removeGateway(victim);
      await victim.kill();
      await cutOff(() => trial.clients.some(({ isReady }) => !isReady));
      await trial.caughtUp(30_000);
      const lagMs = Math.round(((await readMetrics(survivor)).get("nodejs_eventloop_lag_p99_seconds") ?? 0) * 1_000);
      trial.mark("all of them come back");
      trial.cutEverybodyOff();
      await cutOff(() => trial.clients.every(({ isReady }) => !isReady));
      await trial.caughtUp(30_000);
      const lagOfAllMs = Math.round(
        ((await readMetrics(survivor)).get("nodejs_eventloop_lag_p99_seconds") ?? 0) * 1_000,
      );
      const peakMib = await residentMib(survivor);
      const reads = (await historyReads(stage)) - readsBefore;
      // One gateway took in the half, and then the same one all.
      const readsMax = 2 * (2 * trial.channels.length);
      const verdict = await trial.verdict();
      const full = Math.max(...verdict.times.faults.map(({ fullMs }) => fullMs.p99));
      return {
        figures: {
          clients: trial.clients.length,
          "event loop p99 ms, half/all": `${lagMs}/${lagOfAllMs}`,
          "RSS MiB steady with half of them/with all": `${steadyMib}/${peakMib}`,
          "history reads in Redis/allowed": `${reads}/${readsMax}`,
          "subscriptions that came back": verdict.facts.recovered,
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises(verdict, stage.accidents()),
          ...unless(full <= 30_000, `99 % were back after ${full} ms`),
          ...unless(Math.max(lagMs, lagOfAllMs) <= 200, `event loop delay p99 ${lagMs} and ${lagOfAllMs} ms`),
          ...unless(reads <= readsMax, `${reads} history reads in Redis, two per channel and herd are ${readsMax}`),
          ...unless(verdict.facts.announced === 0, `${verdict.facts.announced} recoveries were refused`),
        ],
      };
    }),
};

/** Until clients know that their line is gone, nobody is behind. */
async function cutOff(isCutOff: () => boolean): Promise<void> {
  await eventually(() => isCutOff() || Promise.reject(new Error("the clients have not noticed")));
}

/** What a recovery costs Redis; publishing uses neither. */
async function historyReads({ admin }: Stage): Promise<number> {
  const stats = await admin.info("commandstats");
  return Array.from(stats.matchAll(/cmdstat_(?:xrange|xrevrange):calls=(\d+)/g)).reduce(
    (sum, [, calls]) => sum + Number(calls),
    0,
  );
}
