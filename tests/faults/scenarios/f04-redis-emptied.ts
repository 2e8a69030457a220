import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

export const redisEmptied: Scenario = {
  id: "F04",
  promise: "when Redis comes back empty, or is flushed, every client is told exactly once and continues",
  run: ({ seed, isLong }) =>
    withTrial({ seed, clients: isLong ? 200 : 60 }, async (trial) => {
      const { stage, clients } = trial;
      const rounds = isLong ? 5 : 1;
      for (let round = 1; round <= rounds; round++) {
        await trial.sendMore(Math.ceil(trial.random() * 50));
        trial.mark(`flushed ${round}`);
        await stage.redis.flush();
        await trial.sendMore(50);
        await trial.caughtUp();
        trial.mark(`restarted empty ${round}`);
        await stage.redis.restart("SIGKILL");
        await trial.sendMore(50);
        await trial.caughtUp();
      }
      const verdict = await trial.verdict();
      const told = 2 * rounds * clients.length * 3;
      const full = Math.max(...verdict.times.faults.map(({ fullMs }) => fullMs.max));
      const { announced, forkedPositions, repeatedAfterLoss } = verdict.facts;
      return {
        figures: { ...commonFigures(verdict), repeatedAfterLoss },
        broken: [
          ...brokenPromises(verdict, stage.accidents()),
          ...unless(announced === told, `told ${announced} times instead of ${told}`),
          ...unless(forkedPositions === 0, `${forkedPositions} offsets were given out twice`),
          ...unless(full <= 10_000, `everybody was at the head after ${full} ms only`),
        ],
      };
    }),
};
