import type { AlertsAnswer } from "@switchyard/console/alerts";
import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import { restFailures } from "../../errors/rest-error.ts";
import type { AlertDesk } from "../../alerts/alert-desk.ts";
import type { Scope } from "../../scope.ts";
import { timeFields, withIsoTimes } from "../../shapes/iso-times.ts";
import { nullable } from "../../shapes/nullable.ts";

const Alert = Type.Object(
  {
    rule: Type.String({ description: "A code of docs/how-to/console.md." }),
    title: Type.String({ description: "What it was about when it was last told, for people." }),
    ...timeFields("since", "Since when the rule holds."),
  },
  { title: "Alert" },
);

const AlertReceiver = Type.Object(
  {
    name: Type.String(),
    kind: Type.String({ description: "`json` or `chat`." }),
    host: Type.String({ description: "Of its URL, whose path may be secret." }),
    rules: Type.Array(Type.String(), { description: "What it is told of; `*` for everything." }),
    severity: Type.String({ description: "The least urgent that it is told of." }),
    alerts: Type.Array(Alert, { description: "What it has been told of and what is not over." }),
    waiting: Type.Integer({ description: "Messages that could not be sent yet and are tried again." }),
    failure: nullable<string>("string", "Why the last message was not taken; null when it was."),
  },
  { title: "AlertReceiver" },
);

const example = {
  name: "oncall",
  kind: "json",
  host: "alerts.example.com",
  rules: ["*"],
  severity: "warning",
  alerts: [
    {
      rule: "group_paused",
      title: "Group “mail” is paused, 12 tasks wait",
      sinceMs: 1_796_000_000_000,
      since: "2026-11-30T00:53:20.000Z",
    },
  ],
  waiting: 0,
  failure: null,
};

const listAlertsSchema = {
  operationId: "listAlerts",
  "x-retry": retryOf.reads,
  summary: "List who is told when something needs somebody",
  description:
    "The receivers of `ops.alerts`, in the order of the settings, and what each has been told of that lasts.",
  tags: ["alerts"],
  response: {
    200: Type.Object({ receivers: Type.Array(AlertReceiver) }, { examples: [{ receivers: [example] }] }),
    ...restFailures("unauthorized", "forbidden", "unavailable"),
  },
};

/** `GET /v1/alerts`. */
export function listAlerts(scope: Scope, { alerts }: { readonly alerts: Pick<AlertDesk, "list"> }): void {
  scope.get("/v1/alerts", { schema: listAlertsSchema }, async () => {
    const receivers = await orUnavailable(alerts.list());
    const told = receivers.map((one) => ({
      ...one,
      rules: [...one.rules],
      alerts: one.alerts.map((alert) => withIsoTimes(alert)),
    }));
    return { receivers: told } satisfies AlertsAnswer;
  });
}
