import type { TaskGroups } from "@switchyard/tasks/group";
import { askerOf } from "../../access/asker.ts";
import { retryOf } from "../../effect.ts";
import { GroupParams, oneGroup } from "../../groups/group-params.ts";
import { orOutcomeUnknown } from "../../errors/or-unavailable.ts";
import { restFailures, whenChanging } from "../../errors/rest-error.ts";
import type { Scope } from "../../scope.ts";
import { ReasonBody } from "../../tasks/task-inputs.ts";
import { type GroupVerb, groupVerbs } from "./verbs.ts";

/** `POST /v1/groups/:id/<verb>`: pause, resume, drain, cancel, redrive, discard. */
export function changeGroup(scope: Scope, { groups }: { readonly groups: TaskGroups }): void {
  for (const verb of groupVerbs) {
    scope.post(`/v1/groups/:id/${verb.verb}`, { schema: schemaOf(verb) }, (request) => {
      const { apiKey, params, body } = request;
      const { reason } = (body ?? {}) as { readonly reason?: string };
      const asked = { reason, apiKey, by: askerOf(request) };
      return orOutcomeUnknown(verb.run(groups, oneGroup((params as { id: string }).id), asked));
    });
  }
}

function schemaOf({ operationId, summary, description, effect, takesReason, answer }: GroupVerb) {
  return {
    operationId,
    "x-retry": retryOf[effect],
    summary,
    description,
    tags: ["groups"],
    params: GroupParams,
    ...(takesReason && { body: ReasonBody }),
    response: {
      200: answer,
      ...restFailures(...whenChanging),
    },
  };
}
