import { randomUUID } from "node:crypto";
import type { AlertStore } from "@switchyard/broker/alert-store";
import type { RuleCode } from "@switchyard/console/need-rules";
import type { AlertDesk, AlertReceiver } from "../../alerts/alert-desk.ts";
import { testBody } from "./alert-body.ts";
import type { SendAlert } from "./alert-sender.ts";
import { readAlertState, untold } from "./alert-state.ts";

export interface AlertDeskParts {
  readonly receivers: readonly AlertReceiver[];
  readonly publicUrl: string;
  readonly store: Pick<AlertStore, "read">;
  readonly send: SendAlert;
}

export function createAlertDesk({ receivers, publicUrl, store, send }: AlertDeskParts): AlertDesk {
  return {
    async list() {
      const { receivers: states } = readAlertState(await store.read());
      return receivers.map(({ name, kind, rules, severity, url }) => {
        const { rules: known, waiting, failure } = states[name] ?? untold;
        const alerts = (Object.keys(known) as RuleCode[]).flatMap((rule) => {
          const { title = "", sinceMs = 0, toldAtMs = null } = known[rule] ?? {};
          return toldAtMs === null ? [] : [{ rule, title, sinceMs }];
        });
        return { name, kind, rules, severity, host: new URL(url).host, alerts, waiting: waiting.length, failure };
      });
    },
    async test(name) {
      const receiver = receivers.find((one) => one.name === name);
      if (receiver === undefined) return undefined;
      const body = testBody({ receiver, publicUrl, nowMs: Date.now() });
      return send(receiver, { id: `alert_${randomUUID()}`, body });
    },
  };
}
