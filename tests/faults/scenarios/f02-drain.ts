import { eventually } from "@switchyard/testkit/eventually";
import type { Stage } from "@switchyard/testkit/stage";
import { watchFarewell, type Farewell } from "../farewell-watch.ts";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

/** What notice and close may be apart from the time that was told: either may be read late, on a machine that does everything at once. */
const offMs = 1_000;

export const drain: Scenario = {
  id: "F02",
  // The short selection stops one gateway under one client (tests/gateway-crash.test.ts).
  isLongOnly: true,
  promise:
    "a gateway that stops tells each client when to come back, sends it away then and not in a crowd, and nothing is lost, doubled or out of order",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, clients: isLong ? 300 : 60, perSecond: isLong ? 100 : 50 }, async (trial) => {
      const { stage, random } = trial;
      const watched = await watchMany(stage, isLong ? 400 : 100);
      const exits: unknown[] = [];
      const ends: Farewell[][] = [];
      for (let round = 0; round < (isLong ? 4 : 1); round++) {
        await trial.sendMore(Math.ceil(random() * 50));
        const victim = stage.gateways[Math.floor(random() * stage.gateways.length)];
        if (victim === undefined) throw new Error("no gateway is left");
        await stage.addGateway();
        trial.mark(`stop ${round + 1}`);
        const before = watched.map(({ farewells }) => farewells.length);
        // As a balancer does that asks for readiness.
        stage.removeGateway(victim);
        exits.push(await victim.stop());
        await trial.caughtUp();
        await allBack(watched);
        ends.push(watched.flatMap(({ farewells }, index) => farewells.slice(before[index])));
      }
      for (const watch of watched) watch.close();
      const verdict = await trial.verdict();
      const all = ends.flat();
      const untold = all.filter(({ noticeAtMs }) => noticeAtMs === undefined);
      const off = all.filter(({ closedAtMs, dueAtMs = closedAtMs }) => Math.abs(closedAtMs - dueAtMs) > offMs);
      const hasty = ends.filter((some) => spreadOf(some, "closedAtMs") < spreadOf(some, "toldMs") / 3);
      const crowd = Math.max(...ends.map(largestCrowd));
      const full = Math.max(...verdict.times.faults.map(({ fullMs }) => fullMs.max));
      return {
        figures: {
          "clients sent away": all.length,
          "most of them within 100 ms": crowd,
          "ms they were spread over": ends.map((some) => spreadOf(some, "closedAtMs")).join("/"),
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises(verdict, stage.accidents()),
          ...unless(all.length > 0, "the gateway that stopped had no client"),
          ...unless(untold.length === 0, `${untold.length} of ${all.length} clients were sent away without a word`),
          ...unless(off.length === 0, `${off.length} clients were sent away ${offMs} ms from the time they were told`),
          ...unless(hasty.length === 0, `${hasty.length} gateways sent their clients away faster than they had said`),
          ...unless(crowd <= (all.length / ends.length) * 0.75, `${crowd} were sent away within 100 ms`),
          ...unless(
            exits.every((code) => code === 0),
            `gateways ended with ${exits.join(", ")}`,
          ),
          ...unless(full <= 10_000, `everybody was at the head after ${full} ms only`),
          ...unless(verdict.facts.announced === 0, `${verdict.facts.announced} recoveries were refused`),
        ],
      };
    }),
};

async function watchMany(stage: Stage, count: number) {
  const watched = Array.from({ length: count }, (_, index) =>
    watchFarewell({ url: stage.url, token: stage.token(`watched-${index}`) }),
  );
  await allBack(watched);
  return watched;
}

async function allBack(watched: readonly { readonly isConnected: boolean }[]): Promise<void> {
  const isBack = () => watched.every(({ isConnected }) => isConnected);
  await eventually(() => isBack() || Promise.reject(new Error("not everybody is back")), { timeoutMs: 20_000 });
}

function spreadOf(ends: readonly Farewell[], key: "closedAtMs" | "toldMs"): number {
  const times = ends.map((end) => end[key] ?? 0);
  return Math.round(Math.max(...times) - Math.min(...times));
}

/** How many were sent away within 100 ms, at the worst. */
function largestCrowd(ends: readonly Farewell[]): number {
  const times = ends.map(({ closedAtMs }) => closedAtMs);
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 100).length));
}
