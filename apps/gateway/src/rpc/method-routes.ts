import { parseDurationMs } from "@switchyard/runtime/duration";
import type { Settings } from "@switchyard/runtime/settings";

/** What answers a method. */
export type MethodRoute =
  /** Waits for the handler. */
  | { readonly kind: "handler"; readonly handler: string; readonly timeoutMs: number; readonly stopsWithAsker: boolean }
  /** Waits for a back end. */
  | { readonly kind: "proxy"; readonly proxyName: string }
  /** Makes a task of the call, and does not wait. */
  | { readonly kind: "task"; readonly handler: string }
  | { readonly kind: "ping" }
  | { readonly kind: "cancel_task" }
  /** No namespace has the name: 104. */
  | { readonly kind: "unknown" }
  /** The namespace is there and nothing answers, or nothing is configured at all: 108, as in the SDK's own suite. */
  | { readonly kind: "unserved" };

/** Ends a task that one of this user's calls has become. */
const cancelTaskMethod = "task.cancel";

/**
 * Finds what answers a method. The hub's own methods are found by their whole names, and first; all others by the namespace, which is
 * what stands before the first boundary.
 */
export function createMethodRoutes(rpc: Settings["rpc"]): (method: string) => MethodRoute {
  const namespaces = new Map(rpc.namespaces.map((options) => [options.name, routeOf(options)]));
  const withoutNamespace = routeOf(rpc.without_namespace);
  const all = [withoutNamespace, ...namespaces.values()];
  const hasTasks = all.some(({ kind }) => kind === "task");
  const isEmpty = namespaces.size === 0 && withoutNamespace.kind === "unserved" && !rpc.ping.enabled;
  return (method) => {
    if (isEmpty) return withoutNamespace;
    if (rpc.ping.enabled && method === rpc.ping.method) return { kind: "ping" };
    if (hasTasks && method === cancelTaskMethod) return { kind: "cancel_task" };
    const end = method.indexOf(rpc.namespace_boundary);
    return end === -1 ? withoutNamespace : (namespaces.get(method.slice(0, end)) ?? { kind: "unknown" });
  };
}

type Options = Settings["rpc"]["without_namespace"];

/** What the settings say of methods, namespace by namespace. */
export function methodsOf(rpc: Settings["rpc"]): readonly Options[] {
  return [rpc.without_namespace, ...rpc.namespaces];
}

function routeOf({ handler, timeout, on_disconnect, task, proxy_enabled, proxy_name }: Options): MethodRoute {
  if (proxy_enabled) return { kind: "proxy", proxyName: proxy_name };
  if (handler === "") return { kind: "unserved" };
  if (task) return { kind: "task", handler };
  return { kind: "handler", handler, timeoutMs: parseDurationMs(timeout), stopsWithAsker: on_disconnect === "cancel" };
}
