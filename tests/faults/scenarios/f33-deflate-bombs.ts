import { constants, deflateRawSync } from "node:zlib";
import { encodeFrame, openRawWebSocket, type RawWebSocket } from "@switchyard/testkit/raw-websocket";
import { residentMib } from "../gateway-metrics.ts";
import { heldMib, inspectable } from "../held-memory.ts";
import { brokenPromises, commonFigures, isUndisturbed, unless, type Scenario } from "../scenario.ts";
import { withTrial } from "../trial.ts";

const zeros = (bytes: number) =>
  deflateRawSync(Buffer.alloc(bytes), { level: 9, finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
const compressed = (payload: Buffer) => encodeFrame(payload, { reserved: 4 });
const mib = 2 ** 20;

interface Bomb {
  readonly bytes: Buffer;
  readonly connections: number;
  readonly closes: number;
  readonly extensions?: string;
}

const extensions = "permessage-deflate";
const bombs: Readonly<Record<string, Bomb>> = {
  "100 MiB in 100 KiB": { bytes: compressed(zeros(100 * mib)), connections: 20, closes: 1009, extensions },
  "60 MiB in 60 KiB, below the limit": {
    bytes: compressed(zeros(60 * mib)),
    connections: 50,
    closes: 1009,
    extensions,
  },
  "1 MiB in 1 KiB, a thousand at once": { bytes: compressed(zeros(mib)), connections: 1_000, closes: 1009, extensions },
  "compressed without having agreed on it": { bytes: compressed(zeros(mib)), connections: 50, closes: 1002 },
};

export const deflateBombs: Scenario = {
  id: "F33",
  promise: "messages that grow beyond the limit when they are inflated end their connection and cost no memory",
  run: ({ seed }) => {
    const env = { ...inspectable, SWITCHYARD_WEBSOCKET_COMPRESSION: "true" };
    return withTrial({ seed, clients: 12, stage: { gateways: 1, env } }, async (trial) => {
      const [gateway] = trial.stage.gateways;
      if (gateway === undefined) throw new Error("the stage has no gateway");
      trial.mark("peace");
      await trial.sendMore(100);
      const mibBefore = await residentMib(gateway);
      const heldBefore = await heldMib(gateway);
      trial.mark("bombs");
      const figures: Record<string, string> = {};
      const wrong: string[] = [];
      for (const [name, bomb] of Object.entries(bombs)) {
        const { tookMs, codes } = await drop(bomb, gateway.port);
        figures[name] = `${bomb.connections} closed in ${tookMs} ms with ${codes.join(", ")}`;
        if (tookMs > 5_000) wrong.push(`${name}: closed after ${tookMs} ms`);
        if (codes.join() !== String(bomb.closes)) wrong.push(`${name}: closed with ${codes.join(", ")}`);
      }
      const heldAfter = await heldMib(gateway);
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
          ...wrong,
          ...brokenPromises(verdict, trial.stage.accidents()),
          ...unless(heldAfter - heldBefore <= 8, `${heldAfter} MiB are held instead of ${heldBefore}`),
          ...unless(mibAfter - mibBefore <= 32, `memory went from ${mibBefore} to ${mibAfter} MiB`),
          ...unless(
            isUndisturbed(before ?? 0, during ?? 0, 1_000),
            `the others' p99 went from ${before} to ${during} ms`,
          ),
        ],
      };
    });
  },
};

/** Sends it over so many connections at once, and waits until the last of them has ended. */
async function drop({ bytes, connections, extensions: offered }: Bomb, port: number) {
  const options = offered === undefined ? {} : { extensions: offered };
  const targets = await Promise.all(Array.from({ length: connections }, () => openRawWebSocket(port, options)));
  const beganMs = performance.now();
  for (const { socket } of targets) socket.write(bytes);
  await Promise.all(targets.map(({ ended }) => ended));
  const tookMs = Math.round(performance.now() - beganMs);
  return { tookMs, codes: [...new Set(targets.map(codeOf))] };
}

function codeOf({ closeCode }: RawWebSocket): string {
  return String(closeCode ?? "no code");
}
