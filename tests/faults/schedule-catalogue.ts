import type { Scenario } from "./scenario.ts";
import { schedulesKilled } from "./scenarios/f41-schedules-killed.ts";
import { schedulesLate } from "./scenarios/f42-schedules-late.ts";
import { firingKillPoints } from "./scenarios/f43-firing-kill-points.ts";
import { redisClock } from "./scenarios/f44-redis-clock.ts";
import { upsertsUnderFire } from "./scenarios/f45-upserts-under-fire.ts";
import { overlapAtLength } from "./scenarios/f46-overlap-at-length.ts";
import { oneShotToTabs } from "./scenarios/f47-one-shot-to-tabs.ts";

/** Faults that meet schedules; docs/reliability.md says what each must come to. */
export const scheduleFaults: readonly Scenario[] = [
  schedulesKilled,
  schedulesLate,
  firingKillPoints,
  redisClock,
  upsertsUnderFire,
  overlapAtLength,
  oneShotToTabs,
];
