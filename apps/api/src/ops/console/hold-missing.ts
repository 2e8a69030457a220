import type { AliveProcesses, LastWords } from "./process-list.ts";

export interface HoldLook {
  readonly lastWords: LastWords;
  readonly nowMs: number;
  /** Redis takes no writes, so nobody can renew a lease. */
  readonly isRefusing: boolean;
}

/**
 * Whoever is on no list any more and has not said that it leaves is taken to be there for so long. Leases that ran out while Redis took no
 * writes, or that it has lost, are written again with the next beat, three seconds later at most, or when a connection is there again.
 */
export const heldMs = 5_000;

/** The living by the lists, and those that the lists may lack though they live, as they were seen last. */
export function createHold(): (alive: AliveProcesses, look: HoldLook) => AliveProcesses {
  const [gateways, apis, workers] = [
    holdMissing<AliveProcesses["gateways"][number]>(),
    holdMissing<AliveProcesses["apis"][number]>(),
    holdMissing<AliveProcesses["workers"][number]>(),
  ];
  return (alive, look) => ({
    gateways: gateways(alive.gateways, look),
    apis: apis(alive.apis, look),
    workers: workers(alive.workers, look),
  });
}

interface Seen<One> {
  readonly one: One;
  /** Since when it is on no list, of the time in which it could have been. */
  readonly missedSinceMs?: number;
}

function holdMissing<One extends { readonly uid: string; readonly isDraining?: boolean }>() {
  let known: ReadonlyMap<string, Seen<One>> = new Map();
  return (alive: readonly One[], { lastWords, nowMs, isRefusing }: HoldLook): readonly One[] => {
    const present = new Map(alive.map((one): [string, Seen<One>] => [one.uid, { one }]));
    const held = [...known]
      // One that has begun to stop is expected to go.
      .filter(([uid, { one }]) => !present.has(uid) && !lastWords.has(uid) && one.isDraining !== true)
      .map(([uid, { one, missedSinceMs = nowMs }]): [string, Seen<One>] => [
        uid,
        { one, missedSinceMs: isRefusing ? nowMs : missedSinceMs },
      ])
      .filter(([, { missedSinceMs = nowMs }]) => nowMs - missedSinceMs < heldMs);
    known = new Map([...present, ...held]);
    return [...known.values()].map(({ one }) => one);
  };
}
