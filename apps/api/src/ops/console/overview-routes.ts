import type { ProcessesAnswer } from "@switchyard/console/processes";
import type { TaskGroups } from "@switchyard/tasks/group";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { narrowSightOf } from "../../access/group-sight.ts";
import { createGroupsInSight } from "../../groups/groups-in-sight.ts";
import type { ConsoleVersions } from "./console-versions.ts";
import type { HubWatch } from "./hub-watch.ts";
import { judgedBy } from "./judged-by.ts";
import { overviewOf, workersOf } from "./overview-answer.ts";
import { tellIfNew } from "./tell-if-new.ts";

export interface OverviewDeps {
  readonly hub: HubWatch;
  readonly targetWaitMs: number;
  readonly groups: Pick<TaskGroups, "list">;
  readonly versions: Pick<ConsoleVersions, "own">;
}

const schema = { hide: true };

/** What the console asks for again and again: one look at the hub, whoever asks, and 304 where nothing has changed. */
export function serveOverview(scope: Scope, { hub, targetWaitMs, groups, versions }: OverviewDeps): void {
  const tell = tellIfNew(scope);
  const busyInSight = createGroupsInSight(groups);
  const look = async () => {
    const snapshot = await orUnavailable(hub.now());
    return { snapshot, by: judgedBy(snapshot, targetWaitMs) };
  };
  scope.get("/ops/api/overview", { schema }, async (request, reply) => {
    const sight = narrowSightOf(request);
    const [{ snapshot, by }, { hash }, busy] = await Promise.all([
      look(),
      versions.own(),
      sight && orUnavailable(busyInSight(sight)),
    ]);
    const narrow = sight && busy && { sight, busy };
    return tell(reply, snapshot, { ...overviewOf(snapshot, by, narrow), console: hash });
  });
  scope.get("/ops/api/processes", { schema }, async (_request, reply) => {
    const { snapshot } = await look();
    return tell(reply, snapshot, { processes: snapshot.processes } satisfies ProcessesAnswer);
  });
  scope.get("/ops/api/workers", { schema }, async (_request, reply) => {
    const { snapshot, by } = await look();
    return tell(reply, snapshot, workersOf(snapshot, by));
  });
}
