import type { TaskGroups } from "@switchyard/tasks/group";
import { oneGroup } from "../../groups/group-params.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { pauseGroupSchema } from "./schema.ts";

/** `POST /v1/groups/:id/pause`. */
export function pauseGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "pause"> }): void {
  scope.post("/v1/groups/:id/pause", { schema: pauseGroupSchema }, async ({ params: { id }, body }) =>
    orOutcomeUnknown(groups.pause(oneGroup(id), body?.reason)),
  );
}
