import type { Logger } from "@switchyard/runtime/logger";
import { cutText } from "@switchyard/runtime/cut-text";
import { nearestName } from "@switchyard/runtime/nearest-name";
import type { Settings } from "@switchyard/runtime/settings";
import { unreachable } from "@switchyard/runtime/unreachable";
import type { HandlerCaller } from "@switchyard/tasks/handler-caller";
import type { Client } from "../session/client.ts";
import { refuse, type Refusal } from "../session/refusal.ts";
import { payloadFromBackEnd } from "../decisions/client-data.ts";
import { FailureLog } from "../decisions/failure-log.ts";
import type { Hooks } from "../decisions/hooks.ts";
import { refusedBy } from "../decisions/outage-policy.ts";
import { answerOfCall } from "./answer-of-call.ts";
import { createMethodRoutes, methodsOf, type MethodRoute } from "./method-routes.ts";
import { callerOf, jsonOfAsk, type RpcAnswer, type RpcAsk } from "./rpc-ask.ts";
import type { TaskDesk } from "./task-desk.ts";

/** Characters of a method's name in the log: clients choose it. */
const methodShownMax = 128;

/** What answers clients that call something by name, whatever wire they speak. */
export interface RpcDesk {
  /** Some method waits for an answer from elsewhere, so calls run beside each other. */
  readonly asksOthers: boolean;
  /** Always comes to something, by the method's deadline. */
  answer(client: Client, ask: RpcAsk): Promise<RpcAnswer | Refusal>;
}

export interface RpcDeskOptions {
  readonly settings: Settings["rpc"];
  /** Undefined where no method has a proxy, nor anything else. */
  readonly hooks: Pick<Hooks, "named"> | undefined;
  /** Undefined where no method has a handler. */
  readonly caller: Pick<HandlerCaller, "call"> | undefined;
  /** Undefined where no method makes tasks. */
  readonly tasks: TaskDesk | undefined;
  readonly logger: Pick<Logger, "warn">;
}

export function createRpcDesk({ settings, hooks, caller, tasks, logger }: RpcDeskOptions): RpcDesk {
  const routeOf = createMethodRoutes(settings);
  const failuresOf = createFailureLogs(logger);

  async function callHandler(client: Client, ask: RpcAsk, route: MethodRoute & { readonly kind: "handler" }) {
    if (caller === undefined) return refuse("notAvailable");
    const read = jsonOfAsk(ask);
    if ("kind" in read) return read;
    const { dataJson } = read;
    const { handler, timeoutMs, stopsWithAsker } = route;
    const deadlineMs = (ask.turn?.cameAtMs ?? performance.now()) + timeoutMs;
    const call = {
      handler,
      dataJson,
      deadlineMs,
      source: "rpc",
      caller: callerOf(client, ask),
      stopsWithAsker,
    } as const;
    const about = { method: cutText(ask.method, methodShownMax), client: client.id, user: client.user };
    return answerOfCall(await caller.call(call, client.gone), { timeoutMs, failures: failuresOf(handler), about });
  }

  async function askBackEnd(client: Client, { method, payload, turn }: RpcAsk, proxyName: string) {
    const hook = hooks?.named("rpc", proxyName);
    if (hook === undefined) return refuse("notAvailable");
    const answer = await hook.ask(client, { fields: { method }, payload, turn });
    if (answer.kind !== "result") return refusedBy("rpc", answer);
    return { kind: "answer", payload: payloadFromBackEnd(answer.result) } as const;
  }

  return {
    asksOthers: methodsOf(settings).some(({ handler, proxy_enabled }) => handler !== "" || proxy_enabled),
    async answer(client, ask) {
      const route = routeOf(ask.method);
      switch (route.kind) {
        case "handler":
          return callHandler(client, ask, route);
        case "proxy":
          return askBackEnd(client, ask, route.proxyName);
        case "task":
          return tasks === undefined ? refuse("notAvailable") : tasks.begin(client, ask, route.handler);
        case "cancel_task":
          return tasks === undefined ? refuse("notAvailable") : tasks.cancel(client, ask);
        case "ping":
          return { kind: "answer", payload: undefined };
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

/** One for each handler, and there are as many of those as the settings name. */
function createFailureLogs(logger: RpcDeskOptions["logger"]): (handler: string) => FailureLog {
  const logs = new Map<string, FailureLog>();
  return (handler) => {
    const log = logs.get(handler) ?? new FailureLog({ subject: "an rpc", labels: { handler }, logger });
    logs.set(handler, log);
    return log;
  };
}

function unknownMethod(method: string, { namespaces, namespace_boundary: boundary }: Settings["rpc"]): string {
  const names = namespaces.map(({ name }) => name);
  const nearest = nearestName(method.slice(0, method.indexOf(boundary)), names);
  return `method: no such namespace${nearest === undefined ? "" : `; did you mean ${nearest}?`}`;
}
