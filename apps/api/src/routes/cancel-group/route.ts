import type { TaskGroups } from "@switchyard/tasks/group";
import { oneGroup } from "../../groups/group-params.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { cancelGroupSchema } from "./schema.ts";

/** `POST /v1/groups/:id/cancel`. */
export function cancelGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "cancelAll"> }): void {
  scope.post("/v1/groups/:id/cancel", { schema: cancelGroupSchema }, async ({ params: { id }, body }) => ({
    cancelled: await orOutcomeUnknown(groups.cancelAll(oneGroup(id), body?.reason)),
  }));
}
