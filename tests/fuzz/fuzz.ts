import { attackDoor, Tally, type Door } from "./door.ts";
import { dashboards } from "./doors/dashboards.ts";
import { httpApi } from "./doors/http-api.ts";
import { listeners } from "./doors/listeners.ts";
import { plainMessages } from "./doors/plain-messages.ts";
import { datagrams, textLines } from "./doors/push-ports.ts";
import { pusherMessages } from "./doors/pusher-messages.ts";
import { schedules } from "./doors/schedules.ts";
import { socketBytes } from "./doors/socket-bytes.ts";
import { protobufCommands, socketCommands } from "./doors/socket-commands.ts";
import { streams } from "./doors/streams.ts";
import { taskQueue } from "./doors/task-queue.ts";
import { tokens } from "./doors/tokens.ts";
import { startFuzzHub } from "./fuzz-hub.ts";
import { watchMemory, type MemoryRise } from "./memory-watch.ts";
import { findLostService } from "./still-serves.ts";
import { awaitTaskEnds } from "./tasks-end.ts";

/** Every way in. */
export const doors: readonly Door[] = [
  socketCommands,
  protobufCommands,
  socketBytes,
  streams,
  listeners,
  plainMessages,
  textLines,
  datagrams,
  pusherMessages,
  tokens,
  httpApi,
  schedules,
  dashboards,
  taskQueue,
];

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** All by default; the shares of those that are left stay what they are to each other. */
  readonly doors?: readonly Door[];
  /** For every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told every ten seconds how far it is, as it takes most of an hour at full size. */
  readonly say?: (text: string) => void;
}

export interface FuzzReport {
  readonly figures: Readonly<Record<string, string | number>>;
  /** Promises that were broken; none is what is wanted. */
  readonly broken: readonly string[];
}

/** A heap's floor moves by that much without any leak, as one collection comes or does not. */
const heapRiseMaxMib = 16;
const rssRiseMaxMib = 80;
const toldFaults = 10;
const tellEveryMs = 10_000;

/**
 * Sends what no decent client sends through every door of a hub at once, and looks at what becomes of it: no process ends, no
 * error is left unhandled, no answer is a failure of the server's, every task has its end, memory is bounded, and afterwards the
 * hub still serves. A seed repeats what is sent; in which order the doors get their turns it does not.
 */
export async function runFuzz({ cases, seed, doors: chosen = doors, env, say }: FuzzOptions): Promise<FuzzReport> {
  const shares = chosen.reduce((sum, { share }) => sum + share, 0);
  const attacks = chosen.map((door) => ({
    door,
    cases: Math.round((cases * door.share) / shares),
    tally: new Tally(),
  }));
  const handled = () => attacks.reduce((sum, { tally }) => sum + tally.cases, 0);
  const faults = () => attacks.reduce((sum, { tally }) => sum + tally.faults.length, 0);
  const hub = await startFuzzHub(env);
  const telling = setInterval(() => say?.(`${handled()} of ${cases} cases, ${faults()} broken`), tellEveryMs);
  try {
    const memory = watchMemory(hub, () => handled() / cases);
    const startedAt = performance.now();
    await Promise.all(attacks.map((attack) => attackDoor({ ...attack, hub, seed })));
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    const rises = await memory.end();
    const ends = await awaitTaskEnds(hub);
    const lost = await findLostService(hub);
    return {
      figures: {
        cases: handled(),
        seconds,
        ...Object.fromEntries(attacks.map(({ door, tally }) => [door.name, describeOutcomes(tally)])),
        tasks: `${ends.ended} ended, ${ends.removed} removed, ${ends.stuck.length} never end`,
        ...Object.fromEntries(rises.map((rise) => [`${rise.app} MiB`, describeRise(rise)])),
      },
      broken: [
        ...hub.accidents().slice(0, toldFaults),
        ...attacks.flatMap(({ tally }) => tally.faults.slice(0, toldFaults)),
        ...ends.stuck,
        ...rises.flatMap(findLeak),
        ...lost,
      ],
    };
  } finally {
    clearInterval(telling);
    await hub.close();
  }
}

function describeOutcomes({ cases, outcomes }: Tally): string {
  const counts = [...outcomes]
    .toSorted(([, left], [, right]) => right - left)
    .map(([name, count]) => `${name} ${count}`);
  return `${cases} (${counts.join(", ")})`;
}

function describeRise({ heapMib, rssMib }: MemoryRise): string {
  return `heap ${heapMib.join(" to ")}, resident ${rssMib.join(" to ")}`;
}

function findLeak(rise: MemoryRise): readonly string[] {
  const grew = ([before, after]: readonly [number, number], maxMib: number) => after - before > maxMib;
  const leaks = grew(rise.heapMib, heapRiseMaxMib) || grew(rise.rssMib, rssRiseMaxMib);
  return leaks ? [`the memory of the ${rise.app} grows: ${describeRise(rise)} MiB`] : [];
}
