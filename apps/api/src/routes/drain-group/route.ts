import type { TaskGroups } from "@switchyard/tasks/group";
import { oneGroup } from "../../groups/group-params.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { drainGroupSchema } from "./schema.ts";

/** `POST /v1/groups/:id/drain`. */
export function drainGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "drain"> }): void {
  scope.post("/v1/groups/:id/drain", { schema: drainGroupSchema }, async ({ params: { id } }) => ({
    cancelled: await orOutcomeUnknown(groups.drain(oneGroup(id))),
  }));
}
