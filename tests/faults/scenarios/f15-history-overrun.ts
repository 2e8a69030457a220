import { eventually } from "@switchyard/testkit/eventually";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

/** The namespace `short` keeps ten publications for two seconds. */
const historySize = 10;

export const historyOverrun: Scenario = {
  id: "F15",
  promise: "a client away for longer than the history reaches is told so every time, and never gets a part of it",
  run: ({ seed, isLong }) =>
    withTrial({ seed, namespace: "short", clients: isLong ? 60 : 12, channels: 4, perSecond: 100 }, async (trial) => {
      const { clients, channels, publisher } = trial;
      await awayFor(trial, () => trial.sendMore(2));
      const recoveredShort = clients.length * 3;
      // Too many passed: more than the history holds, on every channel.
      await awayFor(trial, () => trial.sendMore(channels.length * (historySize + 5)));
      // One passed, and then the history expired.
      await publisher.stop();
      await trial.caughtUp();
      await awayFor(trial, async () => {
        const last = trial.publish({ channels, perSecond: 200, name: "last" });
        await eventually(() => last.sent >= channels.length || Promise.reject(new Error("not sent")));
        await last.stop();
        await eventually(() => expired(trial), { timeoutMs: 10_000 });
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
    }),
};

async function awayFor(trial: Trial, meanwhile: () => Promise<void>): Promise<void> {
  for (const client of trial.clients) client.leave();
  await meanwhile();
  for (const client of trial.clients) client.comeBack();
  if (!(await trial.caughtUp())) throw new Error("the clients did not come back");
}

async function expired({ stage, channels }: Trial): Promise<void> {
  const left = await stage.admin.exists(...channels.map((channel) => `sy:{${channel}}:stream`));
  if (left > 0) throw new Error(`${left} streams are still there`);
}
