import { encodeFrame, openRawWebSocket, type RawWebSocket } from "@switchyard/testkit/raw-websocket";
import { residentMib } from "../gateway-metrics.ts";
import { heldMib, inspectable } from "../held-memory.ts";
import { brokenPromises, commonFigures, isUndisturbed, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

const limitBytes = 65_536;
/** What the published attack on small fragments sends; the hub stops reading long before. */
const tinyFragments = Buffer.concat([
  encodeFrame("x", { isFinal: false }),
  ...Array.from({ length: 131_000 }, () => encodeFrame("x", { opcode: 0, isFinal: false })),
]);

const bombs: Readonly<Record<string, { bytes: Buffer; connections: number }>> = {
  "one byte over the limit": { bytes: encodeFrame("x".repeat(limitBytes + 1)), connections: 10 },
  "a header that claims 100 MB": { bytes: encodeFrame("", { claimedBytes: 100 * 2 ** 20 }), connections: 50 },
  "fragments over the limit together": {
    bytes: Buffer.concat([
      encodeFrame("x".repeat(40_000), { isFinal: false }),
      encodeFrame("x".repeat(40_000), { opcode: 0, isFinal: true }),
    ]),
    connections: 10,
  },
  "131 000 fragments of a byte": { bytes: tinyFragments, connections: 50 },
};

export const messageBombs: Scenario = {
  id: "F32",
  promise: "messages over the limit, claimed, whole or in pieces, end their connection within 5 s and cost no memory",
  run: ({ seed, carrier }) =>
    withTrial({ seed, carrier, clients: 12, stage: { gateways: 1, env: inspectable } }, async (trial) => {
      const [gateway] = trial.stage.gateways;
      if (gateway === undefined) throw new Error("the stage has no gateway");
      trial.mark("peace");
      await trial.sendMore(100);
      const mibBefore = await residentMib(gateway);
      const heldBefore = await heldMib(gateway);
      trial.mark("bombs");
      const figures: Record<string, string> = {};
      const late: string[] = [];
      for (const [name, { bytes, connections }] of Object.entries(bombs)) {
        const beganMs = performance.now();
        const targets = await Promise.all(Array.from({ length: connections }, () => openRawWebSocket(gateway.port)));
        for (const { socket } of targets) socket.write(bytes);
        await Promise.all(targets.map(({ ended }) => ended));
        const tookMs = Math.round(performance.now() - beganMs);
        figures[name] = `${connections} closed in ${tookMs} ms with ${[...new Set(targets.map(codeOf))].join(", ")}`;
        if (tookMs > 5_000) late.push(`${name}: closed after ${tookMs} ms`);
      }
      const heldAfter = await heldMib(gateway);
      // Behind the collection: garbage that V8 has not looked at yet is most of what moves here.
      const mibAfter = await residentMib(gateway);
      const verdict = await trial.verdict();
      const [before, during] = verdict.times.faults.map(({ othersLatencyMs }) => othersLatencyMs.p99);
      return {
        figures: {
          ...figures,
          "held MiB before/after": `${heldBefore}/${heldAfter}`,
          "RSS MiB before/after": `${mibBefore}/${mibAfter}`,
          ...commonFigures(verdict),
        },
        broken: [
          ...late,
          ...brokenPromises(verdict, trial.stage.accidents()),
          ...unless(heldAfter - heldBefore <= 8, `${heldAfter} MiB are held instead of ${heldBefore}`),
          ...unless(mibAfter - mibBefore <= 64, `memory went from ${mibBefore} to ${mibAfter} MiB`),
          // Building and sending 46 MB of fragments keeps this very process from reading.
          ...unless(
            isUndisturbed(before ?? 0, during ?? 0, 1_000),
            `the others' p99 went from ${before} to ${during} ms`,
          ),
        ],
      };
    }),
};

function codeOf({ closeCode }: RawWebSocket): string {
  return String(closeCode ?? "no code");
}
