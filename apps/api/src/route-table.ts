import { requireApiKey } from "./plugins/api-key.ts";
import { type ErrorStyle, replyWithErrors } from "./plugins/error-reply.ts";
import { broadcast } from "./routes/broadcast/route.ts";
import { enqueueTask } from "./routes/enqueue-task/route.ts";
import { getTask, type GetTaskDeps } from "./routes/get-task/route.ts";
import { mintDemoToken } from "./routes/mint-demo-token/route.ts";
import { publish } from "./routes/publish/route.ts";
import { pushDemoMessage } from "./routes/push-demo-message/route.ts";
import { showCurlConfig } from "./routes/show-curl-config/route.ts";
import { showInfo } from "./routes/show-info/route.ts";
import { startDemoTask } from "./routes/start-demo-task/route.ts";
import type { NodeRegistry } from "@switchyard/broker/node-registry";
import type { ChannelPublisher } from "./channel-publisher.ts";
import type { ClientTokens } from "./client-tokens.ts";
import type { Scope } from "./scope.ts";
import type { TaskIntake } from "./task-intake.ts";

/** What routes ask for; each takes the part it needs. */
export interface RouteDeps extends GetTaskDeps {
  readonly apiKey: string;
  readonly channels: ChannelPublisher;
  readonly intake: TaskIntake;
  readonly nodes: Pick<NodeRegistry, "list">;
  readonly tokens: ClientTokens | undefined;
}

type Route = (scope: Scope, deps: RouteDeps) => void;

/** Everything the api answers to, by the shape of its errors and by who may call it. */
const routeTable: readonly { errors: ErrorStyle; access: "key" | "demo"; routes: readonly Route[] }[] = [
  { errors: "rpc", access: "key", routes: [publish, broadcast, showInfo] },
  { errors: "rest", access: "key", routes: [enqueueTask, getTask] },
  { errors: "rest", access: "demo", routes: [mintDemoToken, pushDemoMessage, startDemoTask, showCurlConfig] },
];

/** Demo routes do not exist outside of demo mode: what is not there cannot be reached by mistake. */
export function registerRoutes(app: Scope, deps: RouteDeps, { demo }: { readonly demo: boolean }): void {
  for (const { errors, access, routes } of routeTable) {
    if (access === "demo" && !demo) continue;
    void app.register(async (scope: Scope) => {
      replyWithErrors(scope, errors);
      if (access === "key") requireApiKey(scope, { key: deps.apiKey });
      for (const route of routes) route(scope, deps);
    });
  }
}
