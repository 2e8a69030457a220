import { spreadOf } from "@switchyard/testkit/spread";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

const perSecond = 50;
/** Synced before it answers: what a late sync loses is told in F05, and a slow disk must not bring it in here. */
const redis = { appendOnly: true, extraArguments: ["--appendfsync", "always"] };

export const redisOutage: Scenario = {
  id: "F03",
  promise: "while Redis is dead or hangs clients stay connected and the api fails fast; afterwards nothing is missing",
  run: ({ seed, isLong, carrier = "websocket" }) =>
    withTrial({ seed, carrier, perSecond, stage: { redis } }, async (trial) => {
      const outages: (readonly number[])[] = [];
      for (const seconds of isLong ? [3, 8, 20, 60] : [3]) {
        outages.push(await outage(trial, `killed for ${seconds} s`, { seconds, act: killed }));
        outages.push(await outage(trial, `hung for ${seconds} s`, { seconds, act: hung }));
      }
      const verdict = await trial.verdict();
      const answerMs = spreadOf(outages.flat());
      const closed = Object.values(verdict.facts.closes).reduce((sum, count) => sum + count, 0);
      const back = verdict.times.faults.filter(({ name }) => name.startsWith("back"));
      const full = Math.max(...back.map(({ fullMs }) => fullMs.max));
      return {
        figures: { ...commonFigures(verdict), "api answers in an outage p99 ms": answerMs.p99 },
        broken: [
          ...brokenPromises(verdict, trial.stage.accidents()),
          // Of streams, too: their way up leads through Redis, and pongs are lost in an outage, but nobody is judged by those.
          ...unless(closed === 0, `${closed} connections were closed: ${JSON.stringify(verdict.facts.closes)}`),
          ...unless(verdict.facts.lostByStore === 0, `${verdict.facts.lostByStore} acknowledged messages were lost`),
          ...unless(verdict.facts.announced === 0, `${verdict.facts.announced} recoveries were refused`),
          // The broker's own bound is 2 s for a command; the rest is the machine.
          ...unless(answerMs.p99 <= 2_500, `the api took ${answerMs.p99} ms at p99`),
          ...unless(full <= 10_000, `everybody was at the head ${full} ms after Redis was back`),
        ],
      };
    }),
};

interface Outage {
  readonly seconds: number;
  /** Takes Redis away and returns how to bring it back. */
  readonly act: (trial: Trial) => Promise<() => Promise<void>>;
}

/** Returns how long the api's answers took meanwhile. */
async function outage(trial: Trial, name: string, { seconds, act }: Outage): Promise<number[]> {
  await trial.sendMore(Math.ceil(trial.random() * perSecond));
  trial.mark(name);
  const from = trial.publisher.answerMs.length;
  const bringBack = await act(trial);
  await trial.sendMore(perSecond * seconds);
  const answers = trial.publisher.answerMs.slice(from);
  await bringBack();
  trial.mark(`back after ${name}`);
  await trial.sendMore(perSecond);
  await trial.caughtUp(30_000);
  return answers;
}

async function killed({ stage: { redis } }: Trial): Promise<() => Promise<void>> {
  await redis.stop("SIGKILL");
  return () => redis.restart();
}

async function hung({ stage: { redis } }: Trial): Promise<() => Promise<void>> {
  redis.signal("SIGSTOP");
  return async () => redis.signal("SIGCONT");
}
