import { eventually } from "@switchyard/testkit/eventually";
import { openLedger } from "@switchyard/testkit/ledger";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

const filler = "open:filler";

export const outputBufferKill: Scenario = {
  id: "F20",
  promise: "a gateway that hung until Redis dropped its subscriber repairs on waking what passed meanwhile",
  run: ({ seed, carrier }) => {
    const extraArguments = ["--client-output-buffer-limit", "pubsub 2mb 1mb 1"];
    return withTrial({ seed, carrier, stage: { redis: { extraArguments } } }, async (trial) => {
      const { stage } = trial;
      const [gateway] = stage.gateways;
      if (gateway === undefined) throw new Error("the stage has no gateway");
      // The filler makes the gateway's link overflow; it has no history and is not on the record.
      const scrap = openLedger();
      const url = `ws://127.0.0.1:${gateway.port}/connection/websocket`;
      const witness = await trial.join("filler", [filler], { url, ledger: scrap });
      await trial.sendMore(50);
      const everybody = await subscribers(trial);
      trial.mark("hung");
      gateway.signal("SIGSTOP");
      const dropped = await becomes(trial, overflow, (count) => count < everybody);
      witness.close();
      trial.forget(witness);
      trial.mark("awake");
      gateway.signal("SIGCONT");
      const isBack = await becomes(
        trial,
        async () => undefined,
        (count) => count >= everybody,
      );
      await trial.caughtUp(20_000);
      const verdict = await trial.verdict();
      scrap.remove();
      return {
        figures: { "close codes": JSON.stringify(verdict.facts.closes), ...commonFigures(verdict) },
        broken: [
          ...brokenPromises(verdict, stage.accidents()),
          ...unless(isBack, "the gateway did not subscribe again"),
          ...unless(dropped, "Redis did not drop the subscriber, so nothing was tested"),
        ],
      };
    });
  },
};

async function subscribers({ stage: { admin } }: Trial): Promise<number> {
  const list = String(await admin.call("CLIENT", "LIST", "TYPE", "pubsub"));
  return list.split("\n").filter((line) => line !== "").length;
}

/** Half a megabyte to everybody on the filler channel, as a publisher would send it (packages/broker, envelope). */
async function overflow({ stage: { admin } }: Trial): Promise<void> {
  await admin.publish(`sy:ch:{${filler}}`, `0::0\n{"data":{"id":"filler","pad":"${"x".repeat(500_000)}"}}`);
}

async function becomes(
  trial: Trial,
  meanwhile: (trial: Trial) => Promise<void>,
  holds: (count: number) => boolean,
): Promise<boolean> {
  const check = async () => {
    await meanwhile(trial);
    const count = await subscribers(trial);
    if (!holds(count)) throw new Error(`Redis has ${count} subscribers`);
  };
  return eventually(check, { timeoutMs: 30_000, everyMs: 50 }).then(
    () => true,
    () => false,
  );
}
