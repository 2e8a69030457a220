import type { ChannelOptions } from "@switchyard/broker/channel-rules";
import { createEndpoint, type Endpoint } from "@switchyard/decisions/create-endpoint";
import { createHandlerSource } from "@switchyard/decisions/create-handler-source";
import { hookNames, type DecisionSource, type HookName } from "@switchyard/decisions/decision";
import { handedOnNames } from "@switchyard/decisions/handed-on-headers";
import { errorText } from "@switchyard/runtime/error-text";
import type { Logger } from "@switchyard/runtime/logger";
import type { ProxySettings } from "@switchyard/runtime/proxy-object";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";
import type { HandlerCaller } from "@switchyard/tasks/handler-caller";
import type { HookMetrics, Observed } from "../metrics/hook-metrics.ts";
import { Hook } from "./hook.ts";

/** Hooks about channels, which namespaces choose. */
export type ChannelHook = "subscribe" | "publish" | "sub_refresh";

/** Whom back ends are asked about, and by what. Undefined, in a gateway's services, where the settings have no hook at all. */
export interface Hooks {
  readonly connect: Hook | undefined;
  readonly refresh: Hook | undefined;
  /** Undefined: its namespace has not chosen one. */
  ofChannel(hook: ChannelHook, options: ChannelOptions): Hook | undefined;
  /** One by name, `default` or of `proxies`; undefined where nothing decides. */
  named(hook: HookName, proxyName: string): Hook | undefined;
  /** Names of the client's own headers that some hook hands on, in lower case. */
  readonly transportHeaders: readonly string[];
  /** The same of the connect command's. */
  readonly emulatedHeaders: readonly string[];
}

export interface HooksOptions {
  readonly settings: Pick<Settings, "client" | "channel" | "rpc" | "proxies" | "tasks">;
  readonly metrics: HookMetrics;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
  /** Undefined where no hook has a handler, see {@link hookHandlers}. */
  readonly caller: Pick<HandlerCaller, "call"> | undefined;
}

/** @throws StartupError when a hook cannot be asked, as with a key that is no file */
export function openHooks({ settings, metrics, logger, stack, caller }: HooksOptions): Hooks | undefined {
  const { client, proxies } = settings;
  const standards = standardsOf(settings);
  if (!hasHooks(settings)) return undefined;
  // By the settings themselves: an entry of `proxies` may be called like a hook, and is another way to ask than that hook's default.
  const sources = new Map<ProxySettings, DecisionSource>();
  const endpoints = new Map<string, Endpoint>();
  const breakers: Observed["breakers"][number][] = [];
  const hooks = new Map<string, Hook>();
  const ways = hookNames.flatMap((name) => [
    { name, proxyName: "default", proxy: standards[name] },
    ...proxies.map((proxy) => ({ name, proxyName: proxy.name, proxy })),
  ]);
  for (const { name, proxyName, proxy } of ways) {
    const isCalledLikeHook = hookNames.some((hook) => hook === proxyName);
    const endpointName = proxyName === "default" ? name : `${isCalledLikeHook ? "proxies:" : ""}${proxyName}`;
    const source = sources.get(proxy) ?? openSource(endpointName, proxy, { tasks: settings.tasks, caller });
    if (source === undefined) continue;
    if (!sources.has(proxy)) stack.use(source);
    sources.set(proxy, source);
    if (isEndpoint(source)) {
      endpoints.set(endpointName, source);
      breakers.push({ hook: name, proxy: proxyName, isOpen: () => source.isOpen(name) });
    }
    hooks.set(`${name} ${proxyName}`, hookOf({ name, proxyName, proxy, source, metrics, logger }));
  }
  metrics.observe({ endpoints, breakers });
  const named = (hook: HookName, proxyName: string) => hooks.get(`${hook} ${proxyName}`);
  const inUse = [...proxies, ...Object.values(standards)];
  return {
    connect: client.proxy.connect.enabled ? named("connect", "default") : undefined,
    refresh: client.proxy.refresh.enabled ? named("refresh", "default") : undefined,
    ofChannel: (hook, options) =>
      options[`${hook}_proxy_enabled`] ? named(hook, options[`${hook}_proxy_name`]) : undefined,
    named,
    transportHeaders: [...new Set(inUse.flatMap(({ http_headers }) => handedOnNames(http_headers)))],
    emulatedHeaders: [...new Set(inUse.flatMap(({ emulated_headers }) => handedOnNames(emulated_headers)))],
  };
}

/** The handlers that decide, by the settings; none where no hook is in use. */
export function hookHandlers(settings: HooksOptions["settings"]): readonly string[] {
  if (!hasHooks(settings)) return [];
  const ways: readonly ProxySettings[] = [...settings.proxies, ...Object.values(standardsOf(settings))];
  return ways.flatMap(({ handler }) => (handler === "" ? [] : [handler]));
}

const channelHooks: readonly ChannelHook[] = ["subscribe", "publish", "sub_refresh"];

/** Those that are called `default`, by what they are asked. */
function standardsOf({ client, channel, rpc }: HooksOptions["settings"]): Record<HookName, ProxySettings> {
  return { ...client.proxy, ...channel.proxy, rpc: rpc.proxy };
}

function hasHooks({ client, channel, rpc }: Pick<Settings, "client" | "channel" | "rpc">): boolean {
  const { connect, refresh } = client.proxy;
  const namespaces = [channel.without_namespace, ...channel.namespaces];
  const isChosen = namespaces.some((options) => channelHooks.some((hook) => options[`${hook}_proxy_enabled`]));
  const answersRpc = [rpc.without_namespace, ...rpc.namespaces].some(({ proxy_enabled }) => proxy_enabled);
  return connect.enabled || refresh.enabled || isChosen || answersRpc;
}

/** Undefined: it names nothing that decides, and nothing in the settings has chosen it. */
function openSource(
  name: string,
  proxy: ProxySettings,
  { tasks, caller }: Pick<HooksOptions, "caller"> & Pick<Settings, "tasks">,
): DecisionSource | undefined {
  if (proxy.handler !== "" && caller !== undefined) return createHandlerSource({ proxy, caller });
  if (proxy.endpoint === "") return undefined;
  const own = [proxy.signing_secret, proxy.signing_previous_secret];
  const secrets = proxy.signing_secret === "" ? [tasks.signing_secret, tasks.signing_previous_secret] : own;
  try {
    return createEndpoint({ proxy, secrets: secrets[0] === "" ? [] : secrets.filter((secret) => secret !== "") });
  } catch (error) {
    throw new StartupError("config", `the proxy of ${name} cannot be used: ${errorText(error)}`, { cause: error });
  }
}

function isEndpoint(source: DecisionSource): source is Endpoint {
  return "isOpen" in source;
}

type Way = Pick<ConstructorParameters<typeof Hook>[0], "name" | "proxyName" | "source" | "metrics" | "logger">;

function hookOf({ proxy, ...way }: Way & { readonly proxy: ProxySettings }): Hook {
  return new Hook({
    ...way,
    proxy,
    transportHeaders: handedOnNames(proxy.http_headers),
    emulatedHeaders: handedOnNames(proxy.emulated_headers),
  });
}
