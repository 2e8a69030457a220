import Type from "typebox";
import { outOfReach } from "../../channels/check-channel.ts";
import { asRest } from "../../connections/as-rest.ts";
import { Concerned } from "../../connections/concerned.ts";
import { changeOneFailures } from "../../connections/connection-failures.ts";
import { commandOne, type ConnectionLineDeps } from "../../connections/connection-line.ts";
import { checkClient, ClientParams } from "../../connections/path-ids.ts";
import { retryOf } from "../../effect.ts";
import type { Scope } from "../../scope.ts";

const messageConnectionSchema = {
  operationId: "messageConnection",
  "x-retry": retryOf.acts,
  summary: "Send a message to a connection",
  description:
    "No publication: it has no channel and no history, and what is lost on the way is lost. SDKs show it as `message`, clients of the plain door get the data itself as text.",
  tags: ["connections"],
  params: ClientParams,
  body: Type.Object(
    { data: Type.Unknown({ description: "Any JSON. Arrives as it was sent, numbers beyond 2^53 included." }) },
    { title: "ConnectionMessage", additionalProperties: false, examples: [{ data: { text: "only this tab" } }] },
  ),
  response: { 200: Concerned, ...changeOneFailures },
};

/** `POST /v1/connections/:client/message`. */
export function messageConnection(scope: Scope, deps: ConnectionLineDeps): void {
  scope.post("/v1/connections/:client/message", { schema: messageConnectionSchema }, async (request) => {
    const { apiKey, params, body } = request;
    asRest("client", () => {
      if (apiKey.isBound) throw outOfReach(apiKey, "a message to connections themselves is in none");
    });
    const target = { client: checkClient(params.client) };
    await commandOne({ kind: "message", target, dataJson: JSON.stringify(body.data) }, deps);
    return { connections: 1 };
  });
}
