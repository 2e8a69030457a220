import { LeanClient } from "@switchyard/testkit/lean-client";
import { askOracle } from "@switchyard/testkit/ask-oracle";
import { eventually } from "@switchyard/testkit/eventually";
import { openLedger } from "@switchyard/testkit/ledger";
import { startOpenPublisher } from "@switchyard/testkit/open-publisher";
import { readMetrics } from "../gateway-metrics.ts";
import { brokenPromises, commonFigures, isUndisturbed, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

const hot = "kept:hot";

export const hotChannel: Scenario = {
  id: "F13",
  promise: "a channel with 100 messages a second for everybody does not keep the quiet ones waiting, or anybody's ping",
  run: ({ seed, isLong }) =>
    withTrial({ seed, clients: 12, perSecond: 20 }, async (trial) => {
      const { stage } = trial;
      // On a ledger of their own, so that latencies of the quiet channels stay apart.
      const hotLedger = openLedger();
      const clients = Array.from({ length: isLong ? 300 : 100 }, (_, index) => {
        const id = `hot-${index}`;
        return new LeanClient({ id, url: stage.url, token: stage.token(id), channels: [hot], ledger: hotLedger });
      });
      for (const client of clients) client.comeBack();
      await eventually(() => clients.every(({ isReady }) => isReady) || Promise.reject(new Error("not ready")));
      trial.mark("quiet");
      await trial.sendMore(isLong ? 400 : 80);
      trial.mark("one channel is hot");
      await Promise.all(stage.gateways.map(readMetrics));
      const load = startOpenPublisher({
        url: stage.api.url,
        apiKey: stage.apiKey,
        ledger: hotLedger,
        channels: [hot],
        perSecond: 100,
        padBytes: 1_024,
        name: "hot",
      });
      await trial.sendMore(isLong ? 1_200 : 100);
      const metrics = await Promise.all(stage.gateways.map(readMetrics));
      const lagMs = Math.round(
        Math.max(...metrics.map((each) => each.get("nodejs_eventloop_lag_p99_seconds") ?? 0)) * 1_000,
      );
      const ownDelayMs = trial.ownDelayMs();
      await load.stop();
      const isDone = () => clients.every((client) => client.position(hot)?.offset === load.tops.get(hot)?.offset);
      await eventually(() => isDone() || Promise.reject(new Error("behind")), { timeoutMs: 20_000 }).catch(
        () => undefined,
      );
      const hotVerdict = await askOracle(hotLedger);
      const verdict = await trial.verdict();
      for (const client of clients) client.close();
      hotLedger.remove();
      const [before, during] = verdict.times.faults.map(({ othersLatencyMs }) => othersLatencyMs.p99);
      return {
        figures: {
          "hot deliveries": hotVerdict.facts.deliveries,
          "hot latency p50/p99 ms": `${hotVerdict.times.latencyMs.p50}/${hotVerdict.times.latencyMs.p99}`,
          "quiet p99 before/during ms": `${before}/${during}`,
          "event loop p99 ms": lagMs,
          "the load's own delay ms": ownDelayMs,
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises(hotVerdict, []),
          ...brokenPromises(verdict, stage.accidents()),
          ...unless(
            isUndisturbed((before ?? 0) * 2, (during ?? 0) - ownDelayMs),
            `quiet channels' p99 went from ${before} to ${during} ms`,
          ),
          ...unless(lagMs <= 100, `event loop delay p99 ${lagMs} ms`),
          ...unless(Object.keys(hotVerdict.facts.closes).length === 0, "clients of the hot channel were closed"),
        ],
      };
    }),
};
