import { eventually } from "@switchyard/testkit/eventually";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

/** The namespace `short` keeps ten publications for four seconds: whoever was away shortly must be back by then. */
const historySize = 10;

export const historyOverrun: Scenario = {
  id: "F15",
  promise: "a client away for longer than the history reaches is told so every time, and never gets a part of it",
  run: ({ seed, isLong, carrier }) =>
    withTrial(
      { seed, carrier, namespace: "short", clients: isLong ? 60 : 12, channels: 4, perSecond: 100 },
      async (trial) => {
        const { clients, publisher } = trial;
        // What passes during an absence is counted, not timed: a slow way back is no longer absence.
        await publisher.stop();
        await trial.caughtUp();
        await awayFor(trial, () => publishToEach(trial, "few", 1));
        const recoveredShort = clients.length * 3;
        // Too many passed: more than the history holds, on every channel.
        await awayFor(trial, () => publishToEach(trial, "many", historySize + 5));
        // One passed, and then the history expired.
        await awayFor(trial, async () => {
          await publishToEach(trial, "last", 1);
          await eventually(() => expired(trial), { timeoutMs: 15_000 });
        });
        const verdict = await trial.verdict();
        const { recovered, announced } = verdict.facts;
        return {
          figures: commonFigures(verdict),
          broken: [
            ...brokenPromises(verdict, trial.stage.accidents()),
            ...unless(announced === 2 * clients.length * 3, `${announced} of ${2 * clients.length * 3} were told`),
            ...unless(recovered === recoveredShort, `${recovered} of ${recoveredShort} short absences were recovered`),
          ],
        };
      },
    ),
};

async function awayFor(trial: Trial, meanwhile: () => Promise<void>): Promise<void> {
  for (const client of trial.clients) client.leave();
  await meanwhile();
  for (const client of trial.clients) client.comeBack();
  if (!(await trial.caughtUp())) throw new Error("the clients did not come back");
}

/** Resolves when all of it is acknowledged. */
async function publishToEach(trial: Trial, name: string, times: number): Promise<void> {
  const { channels } = trial;
  const count = times * channels.length;
  const load = trial.publish({ channels, perSecond: 200, name, count });
  await eventually(() => load.sent === count || Promise.reject(new Error("not sent")));
  await load.stop();
}

async function expired({ stage, channels }: Trial): Promise<void> {
  const left = await stage.admin.exists(...channels.map((channel) => `sy:{${channel}}:stream`));
  if (left > 0) throw new Error(`${left} streams are still there`);
}
