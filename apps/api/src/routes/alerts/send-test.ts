import type { AlertTestAnswer } from "@switchyard/console/alerts";
import Type from "typebox";
import { retryOf } from "../../effect.ts";
import { ApiError } from "../../errors/api-error.ts";
import { restFailures, whenChanging } from "../../errors/rest-error.ts";
import type { AlertDesk } from "../../alerts/alert-desk.ts";
import type { Scope } from "../../scope.ts";
import { nullable } from "../../shapes/nullable.ts";

const testAlertsSchema = {
  operationId: "testAlerts",
  "x-retry": retryOf.acts,
  summary: "Send a test to a receiver of alerts",
  description:
    "Once and now, whatever its rules are. The answer says what came of it: a receiver that does not take it is no error of this call.",
  tags: ["alerts"],
  body: Type.Object(
    { receiver: Type.String({ maxLength: 32, description: "Its name in `ops.alerts`." }) },
    { additionalProperties: false, examples: [{ receiver: "oncall" }] },
  ),
  response: {
    200: Type.Object(
      {
        delivered: Type.Boolean(),
        status: nullable<number>("integer", "What it answered; null: there was no answer."),
        reason: nullable<string>("string", "Why it was not delivered, for people."),
      },
      {
        title: "AlertTest",
        examples: [
          { delivered: true, status: 204, reason: null },
          { delivered: false, status: null, reason: "connect ECONNREFUSED 127.0.0.1:9000" },
        ],
      },
    ),
    ...restFailures(...whenChanging),
  },
};

/** `POST /v1/alerts/test`. */
export function testAlerts(scope: Scope, { alerts }: { readonly alerts: Pick<AlertDesk, "test"> }): void {
  scope.post("/v1/alerts/test", { schema: testAlertsSchema }, async ({ body: { receiver } }) => {
    const outcome = await alerts.test(receiver);
    if (outcome === undefined)
      throw new ApiError("invalid_request", `no receiver of ops.alerts is called \`${receiver}\``, {
        field: "receiver",
      });
    const { isDelivered, status } = outcome;
    const reason = isDelivered ? null : outcome.reason;
    return { delivered: isDelivered, status, reason } satisfies AlertTestAnswer;
  });
}
