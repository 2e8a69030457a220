import { eventually } from "@switchyard/testkit/eventually";
import { startTcpProxy } from "@switchyard/testkit/tcp-proxy";
import { readMetrics } from "../gateway-metrics.ts";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

export const halfOpenClient: Scenario = {
  id: "F10",
  promise: "clients whose network silently vanished are closed within ping and pong, and continue when it is back",
  run({ seed, isLong, carrier }) {
    const [pingMs, pongMs] = isLong ? [8_000, 4_000] : [2_000, 1_500];
    const env = { SWITCHYARD_CLIENT_PING_INTERVAL: `${pingMs}ms`, SWITCHYARD_CLIENT_PONG_TIMEOUT: `${pongMs}ms` };
    return withTrial({ seed, carrier, clients: 12, perSecond: 20, stage: { gateways: 1, env } }, async (trial) => {
      const [gateway] = trial.stage.gateways;
      if (gateway === undefined) throw new Error("the stage has no gateway");
      const network = await startTcpProxy({ route: () => [gateway.port] });
      const url = `ws://127.0.0.1:${network.port}/connection/websocket`;
      const count = isLong ? 50 : 10;
      await Promise.all(
        Array.from({ length: count }, (_, index) => trial.join(`far-${index}`, trial.channels.slice(0, 3), { url })),
      );
      const connections = async () => (await readMetrics(gateway)).get("switchyard_gateway_connections") ?? 0;
      const everybody = await connections();
      trial.mark("network gone");
      const beganMs = performance.now();
      network.blackhole();
      let closedMs = 0;
      const closed = async () => {
        const askedMs = performance.now();
        if ((await connections()) <= everybody - count) return;
        // How long the answer took is not theirs.
        closedMs = Math.round(askedMs - beganMs);
        throw new Error("some are still thought to be connected");
      };
      await eventually(closed, { timeoutMs: 2 * (pingMs + pongMs), everyMs: 50 });
      trial.mark("network back");
      network.heal();
      await trial.caughtUp(20_000);
      const verdict = await trial.verdict();
      await network.close();
      return {
        figures: {
          "last seen open after ms": closedMs,
          "close codes": JSON.stringify(verdict.facts.closes),
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises(verdict, trial.stage.accidents()),
          // Pings go out in 25 steps per interval, so a deadline is met at the next step.
          ...unless(
            closedMs <= (pingMs + pongMs) * 1.04 + 500,
            `still open after ${closedMs} ms, bound ${pingMs + pongMs}`,
          ),
        ],
      };
    });
  },
};
