import { encodeFrame, openRawWebSocket } from "@switchyard/testkit/raw-websocket";
import { createFrameFuzzer } from "@switchyard/testkit/frame-fuzzer";
import { createJsonFuzzer } from "@switchyard/testkit/json-fuzzer";
import type { StageGateway } from "@switchyard/testkit/stage";
import { readMetrics } from "../gateway-metrics.ts";
import { brokenPromises, commonFigures, unless, type Scenario } from "../scenario.ts";
import { withTrial, type Trial } from "../trial.ts";

/** Connections that send garbage at the same time, and how much of it each sends at most before it hangs up. */
const attackers = 8;
const casesPerConnection = 400;
const casesPerWrite = 20;

/**
 * A heap this small is collected often, so that its floor shows what is still held to a MiB or two, and a leak ends the process; with
 * twice the room the floor of a quarter moved by eight, as one collection came or did not. Resident memory shows little: V8 keeps
 * what it once had, and it moves by a fifth either way without any leak.
 */
const env = { NODE_OPTIONS: "--max-old-space-size=96 --max-semi-space-size=2" };
const samplesPerQuarter = 20;
const driftMaxMib = 3;

export const garbage: Scenario = {
  id: "F34",
  promise: "random and mutated frames crash nothing, leak nothing and disturb nobody",
  run: ({ seed, isLong, carrier }) =>
    withTrial({ seed, carrier, clients: 12, perSecond: 20, stage: { gateways: 1, env } }, async (trial) => {
      const [gateway] = trial.stage.gateways;
      if (gateway === undefined) throw new Error("the stage has no gateway");
      const wanted = isLong ? 2_000_000 : 50_000;
      const state: State = { handled: 0, connections: 0, codes: new Map() };
      const quarters: Memory[] = [];
      for (let quarter = 0; quarter < 4; quarter++) {
        const samples: Memory[] = [];
        for (let sample = 1; sample <= samplesPerQuarter; sample++) {
          const goal = ((quarter * samplesPerQuarter + sample) * wanted) / (4 * samplesPerQuarter);
          await attackUntil(goal, gateway, { trial, state });
          samples.push(await readMemory(gateway));
        }
        quarters.push(lowest(samples));
      }
      const verdict = await trial.verdict();
      // The first quarter warms the process up.
      const [, second, , last] = quarters.map(({ heapMib }) => heapMib);
      const drift = (last ?? 0) - (second ?? 0);
      return {
        figures: {
          "frames handled": state.handled,
          connections: state.connections,
          "close codes": JSON.stringify(Object.fromEntries(state.codes)),
          "heap floor MiB by quarter": quarters.map(({ heapMib }) => heapMib).join("/"),
          "RSS floor MiB by quarter": quarters.map(({ rssMib }) => rssMib).join("/"),
          ...commonFigures(verdict),
        },
        broken: [
          ...brokenPromises(verdict, trial.stage.accidents()),
          ...unless(Object.keys(verdict.facts.closes).length === 0, "other clients lost their connection"),
          ...unless(drift <= driftMaxMib, `the heap's floor rose by ${drift} MiB`),
        ],
      };
    }),
};

interface Memory {
  readonly heapMib: number;
  readonly rssMib: number;
}

async function readMemory(gateway: StageGateway): Promise<Memory> {
  const metrics = await readMetrics(gateway);
  const mib = (name: string) => Math.round((metrics.get(name) ?? 0) / 2 ** 20);
  return { heapMib: mib("nodejs_heap_size_used_bytes"), rssMib: mib("process_resident_memory_bytes") };
}

function lowest(samples: readonly Memory[]): Memory {
  return {
    heapMib: Math.min(...samples.map(({ heapMib }) => heapMib)),
    rssMib: Math.min(...samples.map(({ rssMib }) => rssMib)),
  };
}

interface State {
  handled: number;
  connections: number;
  readonly codes: Map<number | string, number>;
}

async function attackUntil(
  cases: number,
  gateway: StageGateway,
  { trial, state }: { trial: Trial; state: State },
): Promise<void> {
  const attack = async () => {
    while (state.handled < cases) await sendGarbage(gateway, trial, state);
  };
  await Promise.all(Array.from({ length: attackers }, attack));
}

/** Sends until the server has had enough, or the batch is through; counts only what the server is seen to have handled. */
async function sendGarbage({ port }: StageGateway, { stage, random }: Trial, state: State): Promise<void> {
  const nextCase = createFrameFuzzer({ random, nextCommand: createJsonFuzzer(random), opcode: 1 });
  const connection = await openRawWebSocket(port);
  state.connections += 1;
  connection.socket.write(encodeFrame(JSON.stringify({ id: 1, connect: { token: stage.token("fuzz") } })));
  await connection.heard((text) => text.includes('{"id":1,"connect"'));
  for (let sent = 0; sent < casesPerConnection; sent += casesPerWrite) {
    const first = 2 + sent;
    const last = first + casesPerWrite;
    const cases = Array.from({ length: casesPerWrite }, (_, index) => nextCase(first + index));
    // The right command behind them is answered when all before it were.
    connection.socket.write(Buffer.concat([...cases, encodeFrame(`{"id":${last},"rpc":{}}`)]));
    const isAlive = await connection.heard((text) => text.includes(`{"id":${last},"error"`));
    if (!isAlive) break;
    state.handled += casesPerWrite;
  }
  // What ended it was one of the last write; how many were handled before that one is not known, so only it counts.
  if (connection.closeCode !== undefined) state.handled += 1;
  const code = connection.closeCode ?? "none";
  state.codes.set(code, (state.codes.get(code) ?? 0) + 1);
  connection.socket.destroy();
}
