import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

const joiners = 10;

export const subscribeRace: Scenario = {
  id: "F14",
  promise: "10 000 joins of a channel with 500 messages a second lose nothing, double nothing and reorder nothing",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, clients: 6, channels: 1, perSecond: 500 }, async (trial) => {
      const joinsEach = isLong ? 5_000 : 1_000;
      const clients = await Promise.all(
        Array.from({ length: joiners }, (_, index) => trial.join(`joiner-${index}`, trial.channels)),
      );
      const beganMs = performance.now();
      const joinAgain = async (client: (typeof clients)[number]) => {
        const subscription = client.subscription(trial.channels[0] ?? "");
        // Half of them continue where they stood, half start afresh at the top.
        for (let join = 0; join < joinsEach; join++) await subscription.rejoin({ keepPosition: trial.random() < 0.5 });
      };
      await Promise.all(clients.map(joinAgain));
      const seconds = (performance.now() - beganMs) / 1_000;
      const verdict = await trial.verdict();
      return {
        figures: {
          joins: joiners * joinsEach,
          "joins/s": Math.round((joiners * joinsEach) / seconds),
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises(verdict, trial.stage.accidents()),
          ...unless(verdict.facts.announced === 0, `${verdict.facts.announced} recoveries were refused`),
          ...unless(
            verdict.facts.recovered > (joiners * joinsEach) / 3,
            `only ${verdict.facts.recovered} joins recovered`,
          ),
        ],
      };
    }),
};
