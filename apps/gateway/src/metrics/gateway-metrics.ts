import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { createHookMetrics, type HookMetrics } from "./hook-metrics.ts";

/** Every metric this process has, declared once. No label ever holds a channel, a user or a client: those have no bound. */
export interface GatewayMetrics {
  readonly registry: Registry;
  readonly commands: Counter<"method" | "outcome">;
  readonly disconnects: Counter<"code">;
  readonly refusedUpgrades: Counter<"status">;
  readonly uplinks: Counter<"route">;
  readonly throttledCommands: Counter;
  readonly revoked: Counter<"what">;
  readonly losses: Counter<"source">;
  readonly recoveries: Counter<"result">;
  readonly inboxCalls: Counter<"method" | "outcome">;
  readonly handlerCalls: Histogram<"source" | "outcome">;
  readonly hooks: HookMetrics;
}

export function createGatewayMetrics(): GatewayMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = createCounters([registry]);
  return { registry, ...counters, handlerCalls: createHandlerCalls([registry]), hooks: createHookMetrics(registry) };
}

function createCounters(registers: Registry[]): Omit<GatewayMetrics, "registry" | "handlerCalls" | "hooks"> {
  return {
    commands: new Counter({
      name: "switchyard_gateway_commands_total",
      help: "Commands by method and by what they came to.",
      labelNames: ["method", "outcome"],
      registers,
    }),
    disconnects: new Counter({
      name: "switchyard_gateway_disconnects_total",
      help: "Ended connections by WebSocket close code: ours, or 1000, 1001, 1005, 1006 or `other` where the client ended it.",
      labelNames: ["code"],
      registers,
    }),
    refusedUpgrades: new Counter({
      name: "switchyard_gateway_refused_upgrades_total",
      help: "Requests for a connection refused, upgrades and streams, by HTTP status.",
      labelNames: ["status"],
      registers,
    }),
    uplinks: new Counter({
      name: "switchyard_gateway_uplinks_total",
      help: "Requests to /emulation by where their connection was: `local`, `remote`, `silent` (its node did not answer) or `unknown`.",
      labelNames: ["route"],
      registers,
    }),
    throttledCommands: new Counter({
      name: "switchyard_gateway_throttled_commands_total",
      help: "Commands above the rate of their connection.",
      registers,
    }),
    revoked: new Counter({
      name: "switchyard_gateway_revoked_total",
      help: "Connections and subscriptions ended by a revocation.",
      labelNames: ["what"],
      registers,
    }),
    recoveries: new Counter({
      name: "switchyard_gateway_recoveries_total",
      help: "Clients that came back with a position, by whether they could continue from it.",
      labelNames: ["result"],
      registers,
    }),
    inboxCalls: new Counter({
      name: "switchyard_gateway_inbox_calls_total",
      help: "Calls of `inbox.*` by clients, by method and by whether they were answered or refused.",
      labelNames: ["method", "outcome"],
      registers,
    }),
    losses: new Counter({
      name: "switchyard_gateway_losses_detected_total",
      help: "Subscriptions told to come back because something was missed, by what showed it.",
      labelNames: ["source"],
      registers,
    }),
  };
}

function createHandlerCalls(registers: Registry[]): GatewayMetrics["handlerCalls"] {
  return new Histogram({
    name: "switchyard_gateway_handler_call_seconds",
    help: "Time until a handler that was asked in a worker had answered, by what asked (an rpc, or a decision) and by what came of it.",
    labelNames: ["source", "outcome"],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
}

/** What is counted elsewhere, as plain numbers on the hot path. */
export interface HubCounts {
  readonly hub: {
    readonly subscriptionCount: number;
    readonly channelCount: number;
    readonly traffic: { readonly publications: number; readonly deliveries: number };
  };
  readonly sessions: { readonly count: number; readonly userCount: number };
  readonly broker: { readonly probeTimeouts: number };
}

/** Reads those counts when the metrics are scraped. */
export function observeHub({ registry }: GatewayMetrics, { hub, sessions, broker }: HubCounts): void {
  const gauges: [string, string, () => number][] = [
    ["connections", "Connected clients.", () => sessions.count],
    ["users", "Distinct users among them.", () => sessions.userCount],
    ["subscriptions", "Subscriptions of connected clients.", () => hub.subscriptionCount],
    ["channels", "Channels somebody here listens to.", () => hub.channelCount],
  ];
  for (const [name, help, read] of gauges) {
    const gauge: Gauge = new Gauge({
      name: `switchyard_gateway_${name}`,
      help,
      registers: [registry],
      collect: () => gauge.set(read()),
    });
  }
  const counters: [string, string, () => number][] = [
    ["publications_received", "Publications received from Redis.", () => hub.traffic.publications],
    ["deliveries", "Publications handed to subscriptions.", () => hub.traffic.deliveries],
    [
      "probe_timeouts",
      "Messages to itself a node did not hear: its Redis is slow, away or deaf.",
      () => broker.probeTimeouts,
    ],
  ];
  for (const [name, help, read] of counters) {
    const counter: Counter = new Counter({
      name: `switchyard_gateway_${name}_total`,
      help,
      registers: [registry],
      collect: () => {
        counter.reset();
        counter.inc(read());
      },
    });
  }
}
