import { createLiveHandlers } from "@switchyard/broker/live-handlers";
import { taskAnnouncement } from "@switchyard/broker/task-announcement";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { createBullQueue } from "@switchyard/tasks/bullmq-queue";
import { createHandlerCaller } from "@switchyard/tasks/create-handler-caller";
import type { HandlerCaller } from "@switchyard/tasks/handler-caller";
import { readAnnouncement } from "@switchyard/tasks/record-announcement";
import { createTaskTokens } from "../access/task-tokens.ts";
import { hookHandlers } from "../decisions/hooks.ts";
import type { GatewayMetrics } from "../metrics/gateway-metrics.ts";
import { methodsOf } from "./method-routes.ts";
import { createRpcDesk, type RpcDesk, type RpcDeskOptions } from "./rpc-desk.ts";
import { createTaskDesk, type TaskDesk } from "./task-desk.ts";

export interface OpenRpc {
  readonly settings: Settings;
  readonly metrics: Pick<GatewayMetrics, "handlerCalls" | "hooks">;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

/** Who answers clients, of what is open already. */
type Asked = Pick<RpcDeskOptions, "hooks" | "caller">;

/** Opens what the settings ask for and nothing else: where no method has a handler this costs no connection. */
export async function openRpc(options: OpenRpc, { hooks, caller }: Asked): Promise<RpcDesk> {
  const { settings, logger } = options;
  const tasks = methodsOf(settings.rpc).some(({ task }) => task) ? await openTaskDesk(options) : undefined;
  return createRpcDesk({ settings: settings.rpc, hooks, caller, tasks, logger });
}

/** Undefined where the settings have nothing that asks a handler. */
export async function openHandlerCaller(options: OpenRpc): Promise<HandlerCaller | undefined> {
  const { settings, metrics, logger, stack } = options;
  const { redis } = settings;
  const hasMethods = methodsOf(settings.rpc).some(({ handler, task }) => handler !== "" && !task);
  if (!hasMethods && hookHandlers(settings).length === 0) return undefined;
  const live = stack.use(await createLiveHandlers({ redis, logger }));
  return stack.use(
    await createHandlerCaller({
      redis,
      logger,
      offers: (handler) => live.offers(handler),
      onReply: ({ source }, { kind }, tookMs) =>
        metrics.handlerCalls.observe({ source, outcome: kind }, tookMs / 1_000),
    }),
  );
}

async function openTaskDesk({ settings, logger, stack }: OpenRpc): Promise<TaskDesk> {
  const { redis, tasks, handlers, client } = settings;
  const { file, constants } = taskAnnouncement(redis.prefix);
  const announcement = readAnnouncement(file, constants);
  const queue = stack.use(await createBullQueue({ redis, logger, settings: tasks, handlers, announcement }));
  return createTaskDesk({ queue, mintToken: createTaskTokens(client) });
}
