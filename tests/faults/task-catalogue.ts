import type { Scenario } from "./scenario.ts";
import { taskOutage } from "./scenarios/f03-task-outage.ts";
import { killPoints } from "./scenarios/f25-kill-points.ts";
import { apiKill } from "./scenarios/f27-api-kill.ts";
import { duplicateSubmits } from "./scenarios/f28-duplicate-submits.ts";
import { deafWaiters } from "./scenarios/f29-deaf-waiters.ts";

/** Faults of tasks and their workers; docs/reliability.md says what each must come to. */
export const taskFaults: readonly Scenario[] = [taskOutage, killPoints, apiKill, duplicateSubmits, deafWaiters];
