import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

export const gatewayKill: Scenario = {
  id: "F01",
  promise:
    "after kill -9 of a gateway its clients have new messages within 3 s, and nothing is lost, doubled or out of order",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, clients: isLong ? 300 : 60, perSecond: isLong ? 100 : 50 }, async (trial) => {
      const { stage, random } = trial;
      for (let round = 0; round < (isLong ? 5 : 2); round++) {
        await trial.sendMore(Math.ceil(random() * 50));
        const victim = stage.gateways[Math.floor(random() * stage.gateways.length)];
        if (victim === undefined) throw new Error("no gateway is left");
        trial.mark(`kill ${round + 1}`);
        stage.removeGateway(victim);
        await Promise.all([victim.kill(), stage.addGateway()]);
        await trial.caughtUp();
      }
      const verdict = await trial.verdict();
      const worst = Math.max(...verdict.times.faults.map(({ firstNewMs }) => firstNewMs.p99));
      const full = Math.max(...verdict.times.faults.map(({ fullMs }) => fullMs.max));
      return {
        figures: commonFigures(verdict),
        broken: [
          ...brokenPromises(verdict, stage.accidents()),
          ...unless(worst <= 3_000, `first new message after ${worst} ms at p99`),
          ...unless(full <= 10_000, `everybody was at the head after ${full} ms only`),
          ...unless(verdict.facts.announced === 0, `${verdict.facts.announced} recoveries were refused`),
          ...unless(verdict.facts.recovered > 0, "nobody had to recover"),
        ],
      };
    }),
};
