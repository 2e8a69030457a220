import type { Logger } from "@switchyard/runtime/logger";
import { nearestName } from "@switchyard/runtime/nearest-name";
import type { Settings } from "@switchyard/runtime/settings";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { HandlerCaller } from "@switchyard/tasks/handler-caller";
import type { Client } from "../session/client.ts";
import { refuse, type Refusal } from "../session/refusal.ts";
import { answerOfCall, type RpcAnswer } from "./answer-of-call.ts";
import { createMethodRoutes, type MethodRoute } from "./method-routes.ts";
import { callerOf, type RpcAsk } from "./rpc-ask.ts";
import type { TaskDesk } from "./task-desk.ts";

/** What answers clients that call something by name, whatever wire they speak. */
export interface RpcDesk {
  /** Some method waits for an answer from elsewhere, so calls run beside each other. */
  readonly asksOthers: boolean;
  /** Always comes to something, by the method's deadline. */
  answer(client: Client, ask: RpcAsk): Promise<RpcAnswer | Refusal>;
}

export interface RpcDeskOptions {
  readonly settings: Settings["rpc"];
  /** Undefined where no method has a handler. */
  readonly caller: Pick<HandlerCaller, "call"> | undefined;
  /** Undefined where no method makes tasks. */
  readonly tasks: TaskDesk | undefined;
  readonly logger: Pick<Logger, "warn">;
}

export function createRpcDesk({ settings, caller, tasks, logger }: RpcDeskOptions): RpcDesk {
  const routeOf = createMethodRoutes(settings);

  async function callHandler(client: Client, ask: RpcAsk, route: MethodRoute & { readonly kind: "handler" }) {
    if (caller === undefined) return refuse("notAvailable");
    const { dataJson } = ask;
    const { handler, timeoutMs, stopsWithAsker } = route;
    const deadlineMs = performance.now() + timeoutMs;
    const call = {
      handler,
      dataJson,
      deadlineMs,
      source: "rpc",
      caller: callerOf(client, ask),
      stopsWithAsker,
    } as const;
    return answerOfCall(await caller.call(call, client.gone), { timeoutMs, logger });
  }

  return {
    asksOthers: caller !== undefined,
    async answer(client, ask) {
      const route = routeOf(ask.method);
      switch (route.kind) {
        case "handler":
          return callHandler(client, ask, route);
        case "task":
          return tasks === undefined ? refuse("notAvailable") : tasks.begin(client, ask, route.handler);
        case "cancel_task":
          return tasks === undefined ? refuse("notAvailable") : tasks.cancel(client, ask);
        case "ping":
          return { kind: "answer", dataJson: undefined };
        case "unserved":
          return refuse("notAvailable");
        case "unknown":
          return refuse("methodNotFound", unknownMethod(ask.method, settings));
        default:
          return unreachable(route);
      }
    },
  };
}

function unknownMethod(method: string, { namespaces, namespace_boundary: boundary }: Settings["rpc"]): string {
  const names = namespaces.map(({ name }) => name);
  const nearest = nearestName(method.slice(0, method.indexOf(boundary)), names);
  return `method: no such namespace${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
}
