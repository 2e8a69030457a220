import { parseArgs } from "node:util";
import { chooseOnly } from "@switchyard/testkit/choose-only";
import { eventually } from "@switchyard/testkit/eventually";
import { startHooksStage, type HooksStage } from "./hooks-stage.ts";
import { findFaults, openBreakers, runLoad, type LoadOptions } from "./mood-trial.ts";
import { moodCases } from "./moods.ts";

const help = `npm run faults:hooks -- [options]

A back end in every mood, while clients connect, subscribe and publish by asking it, and others listen. Says what each client was told that is not
documented, and compares the gateway's event loop with the same work without hooks. Nothing else should run beside it.

  --seconds <n>    of each mood, default 10
  --askers <n>     clients that ask, default 40
  --listeners <n>  clients that only listen, default 200
  --only <mood>    ${moodCases.map(({ name }) => name).join(", ")}
  --help
`;
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    askers: { type: "string", default: "40" },
    listeners: { type: "string", default: "200" },
    only: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const load: LoadOptions = {
  seconds: Number(values.seconds),
  askers: Number(values.askers),
  listeners: Number(values.listeners),
  perSecond: 50,
  pauseMs: 20,
};
/** A tenth of the event loop's p99, and what its meter cannot tell apart. */
const lagShare = 1.1;
const meterMs = 1;

const chosen = chooseOnly(moodCases, values.only, ({ name }, only) => name === only);
const stage = await startHooksStage();
let isBroken = false;
try {
  for (const moodCase of chosen) {
    await recover(stage);
    // Before and after, because the machine is never as still as one would like.
    const same = { ...load, reconnects: moodCase.told.kind === "closed" };
    const before = await runLoad(stage, "free", same);
    stage.backEnd.mood = () => moodCase.mood;
    const result = await runLoad(stage, "asked", load);
    const open = await openBreakers(stage);
    const after = await runLoad(stage, "free", same);
    const faults = findFaults(result, moodCase, 600);
    const without = Math.max(before.lagP99Ms, after.lagP99Ms);
    if (result.lagP99Ms > without * lagShare + meterMs) faults.push("the event loop was later than without hooks");
    if (moodCase.opensBreaker !== open.length > 0) faults.push(`breakers that are open: ${open.join(", ") || "none"}`);
    isBroken ||= faults.length > 0;
    const lag = `event loop p99 ${result.lagP99Ms.toFixed(1)} ms, without hooks ${before.lagP99Ms.toFixed(1)} and ${after.lagP99Ms.toFixed(1)}`;
    const work = `${result.told.length} commands asked, ${before.told.length} and ${after.told.length} without`;
    console.log(`${faults.length === 0 ? "kept  " : "BROKEN"} ${moodCase.name}: ${lag}; ${work}`);
    for (const fault of faults) console.log(`         ${fault}`);
  }
} finally {
  await stage.close();
}
process.exitCode = isBroken ? 1 : 0;

/** Every endpoint answers, and is asked. */
async function recover(stage: HooksStage): Promise<void> {
  stage.says({ connect: { json: { result: { user: "ann" } } } });
  await eventually(
    async () => {
      await (await stage.stranger()).peer.close();
      const peer = await stage.client("bob");
      await Promise.all([
        peer.call({ subscribe: { channel: "asked:again" } }),
        peer.call({ publish: { channel: "asked:again", data: 1 } }),
      ]);
      await peer.close();
      const open = await openBreakers(stage);
      if (open.length > 0) throw new Error(`${open.join(", ")} are not asked`);
    },
    { timeoutMs: 60_000 },
  );
}
