import { randomUUID } from "node:crypto";
import type { AlertStore } from "@switchyard/broker/alert-store";
import type { RuleCode } from "@switchyard/console/need-rules";
import type { AlertDesk, AlertReceiver } from "../../alerts/alert-desk.ts";
import { testBody } from "./alert-body.ts";
import type { SendAlert } from "./alert-sender.ts";
import { readReceiverState, type ReceiverState } from "./alert-state.ts";

export interface AlertDeskParts {
  readonly receivers: readonly AlertReceiver[];
  readonly publicUrl: string;
  readonly store: Pick<AlertStore, "read">;
  readonly send: SendAlert;
  /** What this api has told of Redis itself, by receiver. */
  readonly ofMemory: (receiver: string) => ReceiverState;
}

export function createAlertDesk({ receivers, publicUrl, store, send, ofMemory }: AlertDeskParts): AlertDesk {
  return {
    list: () =>
      Promise.all(
        receivers.map(async ({ name, kind, rules, severity, url }) => {
          const states = [readReceiverState(await store.read(name)), ofMemory(name)];
          const alerts = states.flatMap(toldOf);
          const waiting = states.reduce((sum, one) => sum + one.waiting.length, 0);
          const failure = states.find((one) => one.failure !== null)?.failure ?? null;
          return { name, kind, rules, severity, host: new URL(url).host, alerts, waiting, failure };
        }),
      ),
    async test(name) {
      const receiver = receivers.find((one) => one.name === name);
      if (receiver === undefined) return undefined;
      const body = testBody({ receiver, publicUrl, nowMs: Date.now() });
      return send(receiver, { id: `alert_${randomUUID()}`, body });
    },
  };
}

function toldOf({ rules }: ReceiverState) {
  return (Object.keys(rules) as RuleCode[]).flatMap((rule) => {
    const { title = "", sinceMs = 0, toldAtMs = null } = rules[rule] ?? {};
    return toldAtMs === null ? [] : [{ rule, title, sinceMs }];
  });
}
