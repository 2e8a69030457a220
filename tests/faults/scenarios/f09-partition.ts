import { eventually } from "@switchyard/testkit/eventually";
import { unreadiness } from "../gateway-metrics.ts";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

const perSecond = 50;
const cuts: Readonly<Record<string, (opening: string) => boolean>> = {
  "the subscriber": (opening) => opening.includes("switchyard-subscriber"),
  "the publisher": (opening) => opening.includes("switchyard-publisher"),
  "all connections": () => true,
};

export const partition: Scenario = {
  id: "F09",
  promise: "a gateway cut off from Redis is not ready within 10 s, and after healing nothing is missing or doubled",
  run: ({ seed, isLong }) =>
    withTrial({ seed, perSecond }, async (trial) => {
      const detected: Record<string, number> = {};
      for (const [name, matches] of Object.entries(cuts)) {
        detected[`${name} cut, not ready after ms`] = await cut(trial, { name, matches, seconds: isLong ? 20 : 1 });
      }
      const verdict = await trial.verdict();
      const slowest = Math.max(...Object.values(detected));
      const { forkedPositions } = verdict.facts;
      return {
        figures: { ...detected, "close codes": JSON.stringify(verdict.facts.closes), ...commonFigures(verdict) },
        broken: [
          ...brokenPromises(verdict, trial.stage.accidents()),
          ...unless(slowest <= 10_000, `not noticed for ${slowest} ms`),
          ...unless(forkedPositions === 0, `${forkedPositions} offsets were given out twice`),
        ],
      };
    }),
};

interface Cut {
  readonly name: string;
  readonly matches: (opening: string) => boolean;
  readonly seconds: number;
}

/** Returns how long readiness took to turn false, asked as a load balancer asks. */
async function cut(trial: Trial, { name, matches, seconds }: Cut): Promise<number> {
  const [gateway] = trial.stage.gateways;
  if (gateway === undefined) throw new Error("the stage has no gateway");
  await trial.sendMore(Math.ceil(trial.random() * perSecond));
  trial.mark(`${name} of one gateway cut`);
  const beganMs = performance.now();
  gateway.redisLink.blackhole(matches);
  const notReady = async () => (await unreadiness(gateway)) ?? Promise.reject(new Error("still ready"));
  await eventually(notReady, { timeoutMs: 20_000, everyMs: 250 });
  const tookMs = Math.round(performance.now() - beganMs);
  await trial.sendMore(perSecond * seconds);
  trial.mark(`${name} back`);
  gateway.redisLink.heal();
  await trial.caughtUp(20_000);
  const ready = async () => unreadiness(gateway).then((reason) => reason && Promise.reject(new Error(reason)));
  // Reconnecting and the checks go by periods of their own.
  await eventually(ready, { timeoutMs: 15_000 });
  return tookMs;
}
