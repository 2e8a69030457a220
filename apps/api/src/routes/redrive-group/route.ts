import type { TaskGroups } from "@switchyard/tasks/group";
import { oneGroup } from "../../groups/group-params.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { redriveGroupSchema } from "./schema.ts";

/** `POST /v1/groups/:id/redrive`. */
export function redriveGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "redrive"> }): void {
  scope.post("/v1/groups/:id/redrive", { schema: redriveGroupSchema }, async ({ params: { id } }) => ({
    queued: await orOutcomeUnknown(groups.redrive(oneGroup(id))),
  }));
}
