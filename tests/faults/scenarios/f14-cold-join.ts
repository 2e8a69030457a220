import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

/** Every channel has one client only, so each join makes the gateway learn the channel anew. */
const channels = 5;

export const coldJoin: Scenario = {
  id: "F14 cold",
  promise: "joins of busy channels nobody else is on lose nothing, and tell nobody of a loss that is none",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, clients: 0, channels, perSecond: 500 }, async (trial) => {
      const joinsEach = isLong ? 2_000 : 300;
      const clients = await Promise.all(trial.channels.map((channel) => trial.join(`alone on ${channel}`, [channel])));
      const joinAgain = async (client: (typeof clients)[number]) => {
        const subscription = client.subscription(client.channels[0] ?? "");
        for (let join = 0; join < joinsEach; join++) await subscription.rejoin({ keepPosition: true });
      };
      await Promise.all(clients.map(joinAgain));
      const verdict = await trial.verdict();
      const { announced } = verdict.facts;
      return {
        figures: { joins: channels * joinsEach, ...commonFigures(verdict) },
        broken: [
          ...brokenPromises(verdict, trial.stage.accidents()),
          ...unless(announced === 0, `${announced} recoveries were refused`),
        ],
      };
    }),
};
