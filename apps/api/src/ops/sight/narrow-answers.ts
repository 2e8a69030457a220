import type { OverviewAnswer } from "@switchyard/console/answers";
import type { TaskGroups } from "@switchyard/tasks/group";
import type { FastifyRequest } from "fastify";
import { ApiError } from "../../errors/api-error.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { taskUnknown } from "../../tasks/task-refusal.ts";
import type { OpsSession } from "../access/ops-session.ts";
import type { GroupSight } from "./group-sight.ts";
import { type Narrowing, narrowRoutes } from "./narrow-routes.ts";

export interface NarrowDeps {
  readonly groups: Pick<TaskGroups, "why">;
}

/** Of groups and tasks as the routes answer them. */
interface Lists {
  readonly groups?: readonly { readonly id: string }[];
  readonly tasks?: readonly { readonly group: string }[];
  readonly [field: string]: unknown;
}

/**
 * Hides what somebody does not see, in every scope below: after the guard, which has said who asks. What is hidden is answered as what
 * is not there, whether it is there or not, and no number counts it.
 */
export function narrowAnswers(scope: Scope, { groups }: NarrowDeps): void {
  scope.addHook("onRequest", async (request) => {
    const narrowed = narrowingOf(request);
    if (narrowed === undefined) return;
    const { sight, by } = narrowed;
    const { id = "" } = request.params as { readonly id?: string };
    if (by === undefined) throw notThere();
    if (by === "group" && !seesGroup(sight, id)) throw notThere();
    if (by === "task" && !(await seesTask(sight, groups, id))) throw taskUnknown();
  });
  scope.addHook("preSerialization", async (request, reply, payload: unknown) => {
    const narrowed = narrowingOf(request);
    if (narrowed === undefined || reply.statusCode >= 400) return payload;
    const { sight, by } = narrowed;
    if (by === "groups") return narrowGroups(payload as Lists, sight);
    return by === "tasks" ? narrowTasks(payload as Lists, sight) : payload;
  });
}

/** Undefined: nothing is hidden from who asks, or nobody has to log in. */
function narrowingOf({ opsSession, method, routeOptions }: FastifyRequest) {
  if (opsSession === undefined || opsSession.user.sight.isAll) return undefined;
  const route = `${method === "HEAD" ? "GET" : method} ${routeOptions.url ?? ""}`;
  const by: Narrowing | undefined = Object.hasOwn(narrowRoutes, route) ? narrowRoutes[route] : undefined;
  return { sight: opsSession.user.sight, by };
}

const notThere = () => new ApiError("not_found", "there is nothing here among the groups that you see");

/** `*` is what holds for all groups. */
function seesGroup(sight: GroupSight, id: string): boolean {
  return id !== "*" && id !== "" && sight.has(id === "-" ? "" : id);
}

async function seesTask(sight: GroupSight, groups: NarrowDeps["groups"], id: string): Promise<boolean> {
  const found = await orUnavailable(groups.why(id));
  return found.state !== "unknown" && sight.has(found.group);
}

/** A page may come short, or empty, with a cursor to the next. */
function narrowGroups(page: Lists, sight: GroupSight): Lists {
  return { ...page, groups: (page.groups ?? []).filter(({ id }) => id !== "*" && sight.has(id)) };
}

/** How many were looked at would tell how many there are. */
function narrowTasks(page: Lists, sight: GroupSight): Lists {
  const tasks = (page.tasks ?? []).filter(({ group }) => sight.has(group));
  return { ...page, tasks, examined: tasks.length, total: tasks.length };
}

/** What is of the whole hub is left out; the page shows no place for it. */
export function narrowOverview(answer: OverviewAnswer, session: OpsSession | undefined): OverviewAnswer {
  if (session === undefined || session.user.sight.isAll) return answer;
  const { sight } = session.user;
  const zeros = <T extends object>(of: T) => Object.fromEntries(Object.keys(of).map((name) => [name, 0])) as T;
  return {
    ...answer,
    isNarrow: true,
    needs: answer.needs.filter((need) => "group" in need && sight.has(need.group)),
    groups: answer.groups.filter(({ id }) => sight.has(id)),
    tasks: zeros(answer.tasks),
    clients: zeros(answer.clients),
    processes: [],
  };
}
