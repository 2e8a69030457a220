import { requireApiKey } from "./plugins/api-key.ts";
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

/** Everything the api answers to, by who may call it. */
const routeTable = {
  key: [
    publish, // POST /api/publish
    broadcast, // POST /api/broadcast
    showInfo, // POST /api/info
    enqueueTask, // POST /v1/tasks
    getTask, // GET /v1/tasks/:id
  ],
  demo: [
    mintDemoToken, // GET /demo/token
    pushDemoMessage, // POST /demo/push
    startDemoTask, // POST /demo/tasks
    showCurlConfig, // GET /demo/curl-config
  ],
} satisfies Record<string, readonly Route[]>;

/** Demo routes do not exist outside of demo mode: what is not there cannot be reached by mistake. */
export function registerRoutes(app: Scope, deps: RouteDeps, { demo }: { readonly demo: boolean }): void {
  void app.register(async (scope: Scope) => {
    requireApiKey(scope, { key: deps.apiKey });
    for (const route of routeTable.key) route(scope, deps);
  });
  if (!demo) return;
  void app.register(async (scope: Scope) => {
    for (const route of routeTable.demo) route(scope, deps);
  });
}
