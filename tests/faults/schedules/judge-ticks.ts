import type { Effect } from "../tasks/effect-log.ts";

/** A task of a schedule, as its handler was told. */
export interface TickRun {
  readonly schedule: string;
  readonly tickMs: number;
  readonly firedAtMs: number;
  readonly taskId: string;
}

/** All that is known when it is over. */
export interface TickStory {
  /** Every tick the hub has had to settle, by schedule; counted here, without the hub's own calendar. */
  readonly due: ReadonlyMap<string, readonly number[]>;
  readonly runs: readonly TickRun[];
  /** What the hub says of each. */
  readonly counts: ReadonlyMap<string, TickCounts>;
  /** When nothing could fire, and shortly after. A tick may be missed in these only. */
  readonly outages: readonly (readonly [fromMs: number, toMs: number])[];
}

export interface TickCounts {
  readonly fired: number;
  readonly missed: number;
  readonly skipped: number;
}

/** What must be zero, whatever was done to the hub. */
export interface TickPromises {
  /** Ticks that are neither a task nor counted as missed or skipped. */
  readonly lost: number;
  /** Tasks beyond the first of a tick. */
  readonly doubled: number;
  /** Tasks of no tick, or of one that was not due yet. */
  readonly early: number;
  /** Ticks that did not run although nothing was wrong. */
  readonly dropped: number;
  /** By how many the hub's counts are off. */
  readonly miscounted: number;
}

export interface TickVerdict {
  readonly promises: TickPromises;
  readonly due: number;
  readonly ran: number;
  readonly missed: number;
  /** From tick to firing, of ticks outside of outages, sorted. */
  readonly lagsMs: readonly number[];
  readonly examples: readonly string[];
}

export function judgeTicks({ due, runs, counts, outages }: TickStory): TickVerdict {
  const bySchedule = Map.groupBy(runs, ({ schedule }) => schedule);
  const isDisturbed = (ms: number) => outages.some(([fromMs, toMs]) => ms >= fromMs && ms <= toMs);
  const promises = { lost: 0, doubled: 0, early: 0, dropped: 0, miscounted: 0 };
  const examples: string[] = [];
  const blame = (name: keyof TickPromises, count: number, words: string) => {
    promises[name] += count;
    if (count > 0 && examples.length < 9) examples.push(`${name}: ${words}`);
  };
  for (const [schedule, ticks] of due) {
    const own = bySchedule.get(schedule) ?? [];
    const tasks = Map.groupBy(own, ({ tickMs }) => tickMs);
    for (const [tickMs, all] of tasks) {
      const ids = new Set(all.map(({ taskId }) => taskId));
      blame("doubled", ids.size - 1, `${schedule} at ${tickMs} was ${[...ids].join(", ")}`);
      const isEarly = !ticks.includes(tickMs) || all.some(({ firedAtMs }) => firedAtMs < tickMs);
      blame("early", isEarly ? 1 : 0, `${schedule} ran at ${tickMs}, fired at ${all[0]?.firedAtMs}`);
    }
    const absent = ticks.filter((tick) => !tasks.has(tick));
    const { fired, missed, skipped } = counts.get(schedule) ?? { fired: 0, missed: 0, skipped: 0 };
    blame("lost", Math.max(0, absent.length - missed - skipped), `${schedule} ${absent.join(", ")}`);
    const dropped = absent.filter((tick) => !isDisturbed(tick)).length - skipped;
    blame("dropped", Math.max(0, dropped), `${schedule} ${absent.join(", ")}`);
    const off = Math.abs(fired - tasks.size) + Math.max(0, missed + skipped - absent.length);
    blame(
      "miscounted",
      off,
      `${schedule} says ${fired} fired and ${missed} missed; ${tasks.size} ran of ${ticks.length}`,
    );
  }
  const quiet = runs.filter(({ tickMs }) => !isDisturbed(tickMs));
  return {
    promises,
    due: sum([...due.values()].map(({ length }) => length)),
    ran: new Set(runs.map(({ schedule, tickMs }) => `${schedule} ${tickMs}`)).size,
    missed: sum([...counts.values()].map(({ missed }) => missed)),
    lagsMs: quiet.map(({ tickMs, firedAtMs }) => firedAtMs - tickMs).toSorted((left, right) => left - right),
    examples,
  };
}

/** From what tick-handler.ts has noted; an execution that was repeated is the same task. */
export function readRuns(effects: readonly Effect[]): TickRun[] {
  return effects.map(({ task, name }) => {
    const [schedule = "", tickMs, firedAtMs] = name.split(" ");
    return { schedule, tickMs: Number(tickMs), firedAtMs: Number(firedAtMs), taskId: task };
  });
}

export function brokenTickPromises({ promises, examples }: TickVerdict): string[] {
  const broken = Object.entries(promises).flatMap(([name, count]) => (count > 0 ? [`${name}: ${count}`] : []));
  return broken.length > 0 ? [...broken, ...examples] : [];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
