import Type from "typebox";
import { retryOf } from "../effect.ts";
import { orUnavailable } from "../errors/or-unavailable.ts";
import { restFailures } from "../errors/rest-error.ts";
import type { Scope } from "../scope.ts";
import type { HandlerDirectory } from "../tasks/handler-directory.ts";

const Handler = Type.Object(
  {
    name: Type.String(),
    kind: Type.String({ description: "`module`, `http` or `command`." }),
    version: Type.Optional(Type.String({ description: "As the settings say." })),
    concurrency: Type.Optional(
      Type.Integer({
        description:
          "Its share: tasks of it that run at the same time over all workers, as these workers say. Where workers differ the lowest counts. Absent: no bound.",
      }),
    ),
    queue: Type.String({ description: "The queue its workers take tasks from." }),
    workers: Type.Integer({ description: "Running workers that have it in this form." }),
    running: Type.Integer({
      description: "Attempts of it that run on these workers, as each of them said within the last 3 s.",
    }),
  },
  { title: "Handler" },
);

const listHandlersSchema = {
  operationId: "listHandlers",
  "x-retry": retryOf.reads,
  summary: "List what the running workers can run",
  description:
    "As the workers registered it, by name; a worker that has died is gone from the list within 10 s. A handler that workers have in two versions, or with two shares, is listed twice.",
  tags: ["tasks"],
  response: {
    200: Type.Object(
      { handlers: Type.Array(Handler) },
      { examples: [{ handlers: [{ name: "resize", kind: "command", queue: "tasks", workers: 4, running: 2 }] }] },
    ),
    ...restFailures("unauthorized", "forbidden", "unavailable"),
  },
};

/** `GET /v1/handlers`. */
export function listHandlers(scope: Scope, { handlers }: { readonly handlers: Pick<HandlerDirectory, "list"> }): void {
  scope.get("/v1/handlers", { schema: listHandlersSchema }, async () => ({
    handlers: await orUnavailable(handlers.list()),
  }));
}
