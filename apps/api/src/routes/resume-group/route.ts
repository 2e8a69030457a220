import type { TaskGroups } from "@switchyard/tasks/group";
import { oneGroup } from "../../groups/group-params.ts";
import { orOutcomeUnknown } from "../../or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { resumeGroupSchema } from "./schema.ts";

/** `POST /v1/groups/:id/resume`. */
export function resumeGroup(scope: Scope, { groups }: { readonly groups: Pick<TaskGroups, "resume"> }): void {
  scope.post("/v1/groups/:id/resume", { schema: resumeGroupSchema }, async ({ params: { id } }) =>
    orOutcomeUnknown(groups.resume(oneGroup(id))),
  );
}
