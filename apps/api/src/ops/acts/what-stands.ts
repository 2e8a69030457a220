import type { TaskGroups } from "@switchyard/tasks/group";
import type { Schedules } from "@switchyard/tasks/schedule";
import type { TaskQueue } from "@switchyard/tasks/task-queue";
import type { FastifyRequest } from "fastify";
import { groupOfSchedule } from "../sight/sees-schedule.ts";

export interface WitnessDeps {
  readonly groups: Pick<TaskGroups, "get">;
  readonly queue: Pick<TaskQueue, "find">;
  readonly schedules: Pick<Schedules, "get">;
}

/** What stands of the one thing that a request names: settings and states, never what a task carries. */
export type StandingState = Readonly<Record<string, unknown>>;

/** Undefined where a request names none of these, or one that nothing is known of. */
export type Witness = (request: FastifyRequest) => Promise<StandingState | undefined>;

/**
 * Reads what an act changes: before it, for who acts on what has moved meanwhile, and before and after it for the audit. What it looks at
 * follows from the path, so an act on one of these cannot be left out.
 */
export function createWitness(deps: WitnessDeps): Witness {
  return async ({ params, routeOptions: { url = "" } }) => {
    const [, kind] = /^\/(?:ops|ops\/api|v1)\/(groups|tasks|schedules)\/:id(?:\/|$)/.exec(url) ?? [];
    const { id = "" } = params as { readonly id?: string };
    if (kind === "groups") return id === "" ? undefined : groupState(deps, id === "-" ? "" : id);
    if (kind === "tasks") return taskState(deps, id);
    return kind === "schedules" ? scheduleState(deps, id) : undefined;
  };
}

async function groupState({ groups }: WitnessDeps, id: string): Promise<StandingState> {
  const { status, reason, waiting, active, deadLetters, settings } = await groups.get(id);
  const paused = status === "paused";
  // What else a group says of itself, such as its rate, is not what somebody noted.
  return { paused, reason: paused ? reason : null, waiting, active, deadLetters, settings };
}

async function taskState({ queue }: WitnessDeps, id: string): Promise<StandingState | undefined> {
  const record = await queue.find(id);
  return record && { status: record.status, group: record.group };
}

async function scheduleState({ schedules }: WitnessDeps, id: string): Promise<StandingState | undefined> {
  const found = await schedules.get(id);
  if (found === undefined) return undefined;
  const group = groupOfSchedule(found);
  return { state: found.state, note: found.note, revision: found.revision, ...(group !== undefined && { group }) };
}
