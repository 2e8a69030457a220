import { annotateOne, type ConnectionLineDeps } from "../../connections/connection-line.ts";
import { checkClient } from "../../connections/path-ids.ts";
import type { Scope } from "../../scope.ts";
import { metaSchema } from "./annotate-schema.ts";

/** `PUT` and `PATCH /v1/connections/:client/meta`. */
export function annotateConnection(scope: Scope, deps: ConnectionLineDeps): void {
  for (const [method, isPatch] of [
    ["PUT", false],
    ["PATCH", true],
  ] as const) {
    const schema = metaSchema(method);
    scope.route({
      method,
      url: "/v1/connections/:client/meta",
      schema,
      handler: async ({ params, body }) => {
        const annotated = await annotateOne(checkClient(params.client), { meta: body.meta, isPatch }, deps);
        return { client: annotated.client, meta: Object(annotated.meta) as object };
      },
    });
  }
}
