import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@switchyard/runtime/logger";
import { type BulkRunner, type BulkState, holdMs } from "../../bulk/bulk-acts.ts";
import type { ScriptPlace } from "../../redis/define-script.ts";
import type { SearchPlace } from "../../search/search-cursor.ts";
import { bulkScripts as scripts } from "./bulk-scripts.ts";
import { bulkStateOf, type StoredRequest } from "./bulk-state.ts";
import { createPace } from "./pace.ts";
import { type WalkParts, walkSelection } from "./walk-selection.ts";

export interface RunnerParts extends WalkParts {
  readonly bulkPlace: ScriptPlace;
  readonly logger: Logger;
  /** One has finished; told once, by the process that did the last of it. */
  readonly onFinished: (state: BulkState) => void;
  /** So many dead letters were discarded by this process. */
  readonly onDiscarded: (count: number) => void;
}

export interface OpenRunner extends BulkRunner {
  /** Something was begun. */
  look(): void;
}

const lookEveryMs = 1_000;
/** Redis serves nobody else for about a millisecond: each costs it 80 µs. */
const tasksAtOnce = 10;
const stepsPerSecond = 4;

/** Looks every second, at the cost of one command, for what goes on and is nobody's, and does it. */
export function runBulkActs(parts: RunnerParts): OpenRunner {
  const { redis, keys, bulkPlace: place, logger } = parts;
  const end = new AbortController();
  const walks = new Set<Promise<void>>();
  let looking = Promise.resolve();

  async function takeAll(): Promise<void> {
    if (end.signal.aborted || (await redis.zcard(keys.bulkActsRunning)) === 0) return;
    // What is let go of at the end is free, and must not be taken again.
    while (!end.signal.aborted) {
      const holder = randomUUID();
      const taken = await scripts.takeBulk.run(place, { holder, holdMs });
      if (taken === undefined) return;
      const [name, request, at] = taken;
      const walk = carryOut(parts, { name, holder, request, at, signal: end.signal })
        .catch((error: unknown) => logger.warn({ err: error, act: name }, "a bulk act was left; it is taken up again"))
        .finally(() => walks.delete(walk));
      walks.add(walk);
    }
  }

  const look = () => {
    looking = looking
      .then(takeAll)
      .catch((error: unknown) => logger.debug({ err: error }, "bulk acts were not looked for"));
  };
  const looks = setInterval(look, lookEveryMs).unref();
  return {
    look,
    async close() {
      clearInterval(looks);
      end.abort();
      await looking;
      await Promise.all(walks);
    },
  };
}

interface Taken {
  readonly name: string;
  readonly holder: string;
  /** JSON. */
  readonly request: string;
  /** JSON, or empty: the beginning. */
  readonly at: string;
  readonly signal: AbortSignal;
}

/** Until it is over, another process has it, or this one stops. */
async function carryOut(parts: RunnerParts, taken: Taken): Promise<void> {
  const selection = JSON.parse(taken.request) as StoredRequest;
  const from = taken.at === "" ? undefined : (JSON.parse(taken.at) as SearchPlace);
  const { perSecond } = selection;
  const atOnce = Math.max(1, Math.min(tasksAtOnce, Math.floor(perSecond / stepsPerSecond)));
  const pace = createPace(perSecond);
  for await (const { found, source, place } of walkSelection(parts, { selection, from, isOnlyCounted: false })) {
    for (let at = 0; at === 0 || at < found.length; at += atOnce) {
      const some = found.slice(at, at + atOnce);
      await sleep(pace(some.length), undefined, { signal: taken.signal }).catch(() => undefined);
      if (taken.signal.aborted) return letGo(parts, taken);
      const isLastOfThem = at + some.length >= found.length;
      // What was skipped is found again by who goes on in front of it, and would be counted twice.
      const behind = isLastOfThem ? place : { source, after: some.at(-1) };
      const of = { ids: some.map(({ id }) => id), place: JSON.stringify(behind) };
      const [verdict, done] = await step(parts, taken, of);
      if (selection.act === "discard") parts.onDiscarded(done);
      if (verdict === "lost") return;
      if (verdict === "over") return tell(parts, taken.name);
    }
  }
  const [verdict] = await step(parts, taken, { ids: [], place: "", isLast: true });
  if (verdict === "over") await tell(parts, taken.name);
}

interface StepOf {
  readonly ids: readonly string[];
  readonly place: string;
  readonly isLast?: boolean;
  readonly heldForMs?: number;
}

function step({ bulkPlace, keys }: RunnerParts, { name, holder }: Taken, of: StepOf) {
  const { ids, place, isLast = false, heldForMs = holdMs } = of;
  const { cancelChannel } = keys;
  const list = JSON.stringify(ids);
  const last = isLast ? "1" : "";
  return scripts.stepBulk.run(bulkPlace, {
    name,
    holder,
    holdMs: heldForMs,
    ids: list,
    place,
    isLast: last,
    cancelChannel,
  });
}

/** Others need not wait until it is clear that this process is gone. */
async function letGo(parts: RunnerParts, taken: Taken): Promise<void> {
  await step(parts, taken, { ids: [], place: "", heldForMs: 0 });
}

async function tell({ redis, keys, onFinished }: RunnerParts, name: string): Promise<void> {
  const state = bulkStateOf(name, await redis.hgetall(keys.bulkActPrefix + name));
  if (state?.status === "finished") onFinished(state);
}
