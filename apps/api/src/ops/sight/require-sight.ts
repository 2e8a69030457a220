import type { IncomingMessage } from "node:http";
import type { BulkActs } from "@switchyard/tasks/bulk-acts";
import type { TaskGroups } from "@switchyard/tasks/group";
import type { Schedules } from "@switchyard/tasks/schedule";
import type { FastifyRequest } from "fastify";
import { ApiError } from "../../errors/api-error.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { orNoSuchAct } from "../../bulk/bulk-answer.ts";
import { orUnknown } from "../../schedules/schedule-failures.ts";
import type { Scope } from "../../scope.ts";
import { taskUnknown } from "../../tasks/task-refusal.ts";
import { type GroupSight, narrowSightOf } from "../../access/group-sight.ts";
import { byPerson, entryOf } from "../audit/audit-acts.ts";
import type { AuditTrail } from "../audit/audit-trail.ts";
import { seesSchedule } from "./sees-schedule.ts";

export interface SightDeps {
  readonly groups: Pick<TaskGroups, "why">;
  readonly schedules: Pick<Schedules, "get">;
  readonly queue: { readonly bulkActs: Pick<BulkActs, "find"> };
  readonly trail: Pick<AuditTrail, "note">;
  /** Where a request came from, by what trusted proxies say. */
  readonly addressOf: (request: IncomingMessage) => string;
}

/**
 * Stands in front of every scope below, after the guard, which has said who asks: what somebody does not see is answered as what is not
 * there. Lists are let through, and fit-answers.ts leaves out of them what is hidden.
 */
export function requireSight(scope: Scope, deps: SightDeps): void {
  scope.addHook("onRequest", async (request) => {
    const sight = narrowSightOf(request);
    if (sight === undefined) return;
    try {
      await requireSeen(sight, request, deps);
    } catch (error) {
      // A page asks for what it shows again and again; what somebody would have changed is told.
      if (request.method !== "GET") await noteRefusal(request, deps);
      throw error;
    }
  });
  scope.addHook("preHandler", async (request) => {
    if (request.opsSession?.user.role === "viewer") refuseReason(request);
    const sight = narrowSightOf(request);
    if (sight !== undefined && request.routeOptions.config.ops?.sight === "filter") requireGroup(sight, request);
  });
}

async function requireSeen(sight: GroupSight, request: FastifyRequest, deps: SightDeps): Promise<void> {
  const { id = "", bulk = "" } = request.params as { readonly id?: string; readonly bulk?: string };
  switch (request.routeOptions.config.ops?.sight) {
    case "group":
      if (!sight.hasNamed(id)) throw notThere();
      return;
    case "task":
      if (!(await seesTask(sight, deps, id))) throw taskUnknown();
      return;
    case "schedule":
      if (!(await isSeenSchedule(sight, deps, id))) orUnknown(undefined);
      return;
    case "bulkAct":
      if (!(await seesBulkAct(sight, deps, bulk))) orNoSuchAct(undefined);
      return;
    case "nothing":
    case undefined:
      throw notThere();
    default:
  }
}

async function noteRefusal(request: FastifyRequest, { trail, addressOf }: SightDeps): Promise<void> {
  const { opsSession } = request;
  if (opsSession === undefined) return;
  const entry = { ...entryOf(request, addressOf(request.raw)), ...byPerson(opsSession) };
  const [target, why] = [request.params as object, "is not there, or of a group that is hidden"];
  await trail.note("refusals", { kind: "refused", ...entry, target, why });
}

const notThere = () => new ApiError("not_found", "there is nothing here among the groups that you see");

async function seesTask(sight: GroupSight, { groups }: SightDeps, id: string): Promise<boolean> {
  const found = await orUnavailable(groups.why(id));
  return found.state !== "unknown" && sight.has(found.group);
}

async function isSeenSchedule(sight: GroupSight, { schedules }: SightDeps, id: string): Promise<boolean> {
  const found = await orUnavailable(schedules.get(id));
  return found !== undefined && seesSchedule(sight, found);
}

async function seesBulkAct(sight: GroupSight, { queue }: SightDeps, id: string): Promise<boolean> {
  const found = await orUnavailable(queue.bulkActs.find(id));
  return found?.filter.group !== undefined && sight.has(found.filter.group);
}

/** What handlers have said is hidden from viewers; who could ask for what begins with a letter would read it letter by letter. */
function refuseReason({ query, body }: FastifyRequest): void {
  const { filter } = (body ?? {}) as { readonly filter?: object };
  const place = Object.hasOwn(filter ?? {}, "reason") ? "filter.reason" : "reason";
  if (place === "reason" && !Object.hasOwn(query as object, "reason")) return;
  throw new ApiError("forbidden", `${place}: what tasks failed with is for operators`, { field: place });
}

/** An act on all that match goes over every group, unless its filter names one. */
function requireGroup(sight: GroupSight, { body }: FastifyRequest): void {
  const { group } = (body as { readonly filter: { readonly group?: string } }).filter;
  if (sight.hasNamed(group)) return;
  throw new ApiError("invalid_request", "filter.group: must be one of the groups that you see", {
    field: "filter.group",
  });
}
