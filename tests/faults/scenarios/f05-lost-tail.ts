import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

const perSecond = 200;

export const lostTail: Scenario = {
  id: "F05",
  promise:
    "after a power cut that cost Redis its last writes no client continues on the lost history without being told",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, perSecond, stage: { redis: { appendOnly: true } } }, async (trial) => {
      for (let round = 1; round <= (isLong ? 5 : 1); round++) {
        await trial.sendMore(perSecond);
        trial.mark(`power cut ${round}`);
        await powerCut(trial);
        await trial.sendMore(2 * perSecond);
        await trial.caughtUp();
        trial.mark(`power cut ${round}, and the new history is longer when the gateways come back`);
        const { gateways } = trial.stage;
        for (const { redisLink } of gateways) redisLink.blackhole();
        await powerCut(trial);
        await trial.sendMore(2 * perSecond);
        for (const { redisLink } of gateways) redisLink.heal();
        await trial.sendMore(2 * perSecond);
        await trial.caughtUp();
      }
      const verdict = await trial.verdict();
      const { announced, lostByStore, forkedPositions, repeatedAfterLoss } = verdict.facts;
      return {
        figures: { lostByStore, forkedPositions, repeatedAfterLoss, ...commonFigures(verdict) },
        broken: [
          ...brokenPromises(verdict, trial.stage.accidents()),
          ...unless(announced > 0, "nobody had to be told anything, so nothing was tested"),
        ],
      };
    }),
};

/** Redis dies, and the end of its append-only file had not reached the disk. */
async function powerCut({ stage: { admin, redis }, random }: Trial): Promise<void> {
  const [, directory = ""] = (await admin.config("GET", "dir")) as string[];
  await redis.stop("SIGKILL");
  const files = await readdir(join(directory, "appendonlydir"));
  const name = files.find((file) => file.endsWith(".incr.aof"));
  if (name === undefined) throw new Error(`no append-only file among ${files.join(", ")}`);
  const path = join(directory, "appendonlydir", name);
  const { size } = await stat(path);
  await truncate(path, Math.max(0, size - Math.round(4_000 + random() * 12_000)));
  await redis.restart();
}
