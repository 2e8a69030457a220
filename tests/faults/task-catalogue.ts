import type { Scenario } from "./scenario.ts";
import { taskOutage } from "./scenarios/f03-task-outage.ts";
import { groupGuarantees } from "./scenarios/f22-groups.ts";
import { noisyGroup } from "./scenarios/f22-noisy-group.ts";
import { workerKill } from "./scenarios/f23-worker-kill.ts";
import { zombie } from "./scenarios/f24-zombie.ts";
import { killPoints } from "./scenarios/f25-kill-points.ts";
import { poison } from "./scenarios/f26-poison.ts";
import { apiKill } from "./scenarios/f27-api-kill.ts";
import { duplicateSubmits } from "./scenarios/f28-duplicate-submits.ts";
import { deafWaiters } from "./scenarios/f29-deaf-waiters.ts";
import { backlogThenWorkers } from "./scenarios/f31-backlog.ts";
import { poolUnderFire } from "./scenarios/f48-pool.ts";
import { bulkActUnderFire } from "./scenarios/f50-bulk-act.ts";
import { poolAtOne } from "./scenarios/f49-pool-at-one.ts";

/** Faults of tasks and their workers; docs/reliability.md says what each must come to. */
export const taskFaults: readonly Scenario[] = [
  taskOutage,
  groupGuarantees,
  noisyGroup,
  workerKill,
  zombie,
  killPoints,
  poison,
  apiKill,
  duplicateSubmits,
  deafWaiters,
  backlogThenWorkers,
  poolUnderFire,
  poolAtOne,
  bulkActUnderFire,
];
