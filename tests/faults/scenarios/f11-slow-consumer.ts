import { eventually } from "@switchyard/testkit/eventually";
import { readMetrics } from "../gateway-metrics.ts";
import { heldMib, inspectable } from "../held-memory.ts";
import { brokenPromises, commonFigures, isUndisturbed, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

const big = "kept:big";

export const slowConsumer: Scenario = {
  id: "F11",
  promise: "clients that stop reading are cut off at their bound and recover later; the others notice nothing",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, stage: { gateways: 1, env: inspectable } }, async (trial) => {
      const { stage } = trial;
      const [gateway] = stage.gateways;
      if (gateway === undefined) throw new Error("the stage has no gateway");
      // Past the balancer, whose buffers would read on for them.
      const url = `ws://127.0.0.1:${gateway.port}/connection/websocket`;
      const join = (_: unknown, index: number) => trial.join(`slow-${index}`, [big], { url });
      const slow = await Promise.all(Array.from({ length: isLong ? 20 : 5 }, join));
      // The gateway keeps what is new in a channel only for those who are on it: neither now, nor when they are cut off.
      const mibBefore = await heldMib(gateway);
      const load = trial.publish({
        channels: [big],
        perSecond: 100,
        padBytes: 32_768,
        name: "big",
      });
      const connections = async () => (await readMetrics(gateway)).get("switchyard_gateway_connections") ?? 0;
      trial.mark("everybody reads");
      await trial.sendMore(isLong ? 500 : 150);
      const everybody = await connections();
      trial.mark("some stop reading");
      const stoppedMs = performance.now();
      for (const client of slow) client.pause();
      const cutOff = async () => {
        if ((await connections()) > everybody - slow.length) throw new Error("the slow clients are still connected");
      };
      await eventually(cutOff, { timeoutMs: 30_000, everyMs: 100 });
      const cutOffMs = Math.round(performance.now() - stoppedMs);
      const ownDelayMs = trial.ownDelayMs();
      const mibAfter = await heldMib(gateway);
      trial.mark("they read again");
      for (const client of slow) client.resume();
      await load.stop();
      await trial.caughtUp();
      const verdict = await trial.verdict();
      const counted = [...(await readMetrics(gateway))].filter(([name]) => name.includes("disconnects_total"));
      const [before, during] = verdict.times.faults.map(({ othersLatencyMs }) => othersLatencyMs.p99);
      return {
        figures: {
          "cut off after ms": cutOffMs,
          "held MiB before/after": `${mibBefore}/${mibAfter}`,
          "the load's own delay ms": ownDelayMs,
          "others' p99 before/during ms": `${before}/${during}`,
          "the gateway counted": counted.map(([name, count]) => `${/"(\d+)"/.exec(name)?.[1]} × ${count}`).join(", "),
          "close codes": JSON.stringify(verdict.facts.closes),
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises(verdict, stage.accidents()),
          ...unless(
            isUndisturbed(before ?? 0, (during ?? 0) - ownDelayMs, 150),
            `the others' p99 went from ${before} to ${during} ms`,
          ),
          ...unless(mibAfter <= mibBefore * 1.2 + slow.length, `memory went from ${mibBefore} to ${mibAfter} MiB`),
        ],
      };
    }),
};
