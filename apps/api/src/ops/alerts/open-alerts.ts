import { hostname } from "node:os";
import { createRedisAlerts } from "@switchyard/broker/redis-alerts";
import type { Logger } from "@switchyard/runtime/logger";
import type { ReleaseStack } from "@switchyard/runtime/release-stack";
import type { Settings } from "@switchyard/runtime/settings";
import { Counter, type Registry } from "prom-client";
import type { AlertDesk } from "../../alerts/alert-desk.ts";
import type { HubWatch } from "../console/hub-watch.ts";
import { judgedBy } from "../console/judged-by.ts";
import { judgeNeeds } from "../console/judge-needs.ts";
import { createAlertDesk } from "./create-alert-desk.ts";
import { createAlertRound } from "./alert-round.ts";
import { createAlertSender } from "./alert-sender.ts";
import { untold } from "./alert-state.ts";
import { observeNeeds } from "./observe-needs.ts";
import { type AlertWatch, watchAlerts } from "./watch-alerts.ts";

export interface OpenAlerts {
  readonly settings: Pick<Settings, "redis" | "ops" | "api">;
  readonly hub: Pick<HubWatch, "now">;
  readonly targetWaitMs: number;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly stack: ReleaseStack;
}

/** Tells people what needs them, by webhooks and as a metric; looks for nothing by itself where nobody is to be told. */
export async function openAlerts(options: OpenAlerts): Promise<AlertDesk> {
  const { settings, hub, targetWaitMs, registry, logger, stack } = options;
  const { redis, ops, api } = settings;
  const judge = async () => {
    const snapshot = await hub.now();
    return { needs: judgeNeeds(snapshot, judgedBy(snapshot, targetWaitMs)), nowMs: snapshot.nowMs };
  };
  observeNeeds(registry, async () => (await judge()).needs);
  const told = new Counter({
    name: "switchyard_alerts_total",
    help: "Alerts by receiver and by what came of them: sent, failed (given up after forty minutes) or lost (too many waited).",
    labelNames: ["receiver", "result"],
    registers: [registry],
  });
  const [receivers, publicUrl] = [ops.alerts, ops.public_url];
  if (receivers.length === 0) return { list: async () => [], test: async () => undefined };
  const store = stack.use(await createRedisAlerts({ redis, logger }));
  const send = createAlertSender(logger);
  const name = `${hostname()}:${api.port}`;
  const watches = new Map<string, AlertWatch>();
  for (const receiver of receivers) {
    const onEnd = (result: string) => told.inc({ receiver: receiver.name, result });
    const round = createAlertRound({ receiver, publicUrl, send, onEnd });
    watches.set(receiver.name, watchAlerts({ receiver: receiver.name, store, round, judge, name, logger }));
  }
  stack.defer("alerts", async () => void (await Promise.all([...watches.values()].map((watch) => watch.end()))));
  const ofMemory = (receiver: string) => watches.get(receiver)?.ofMemory() ?? untold;
  return createAlertDesk({ receivers, publicUrl, store, send, ofMemory });
}
