import Type from "typebox";
import { closeFields, readCloseReason } from "../../connections/close-reason.ts";
import { Concerned, toConcerned } from "../../connections/concerned.ts";
import { changeFailures, changeOneFailures } from "../../connections/connection-failures.ts";
import { commandOne, type ConnectionLineDeps } from "../../connections/connection-line.ts";
import { checkClient, checkUser, ClientParams, UserParams } from "../../connections/path-ids.ts";
import { asRest } from "../../connections/as-rest.ts";
import { retryOf } from "../../effect.ts";
import { orOutcomeUnknown } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";

const common = { tags: ["connections"], "x-retry": retryOf.settles };
const fields = {
  code: Type.Optional(closeFields.code),
  reason: Type.Optional(closeFields.reason),
};

const closeConnectionSchema = {
  ...common,
  operationId: "closeConnection",
  summary: "Close a connection",
  description:
    "Without a code it is 3503, after which SDKs stay away. A client whose token is still good may connect again: `PUT /v1/users/{user}/block` keeps it out.",
  params: ClientParams,
  body: Type.Object(fields, {
    title: "CloseRequest",
    additionalProperties: false,
    examples: [{ code: 4501, reason: "signed out on another device" }, {}],
  }),
  response: { 200: Concerned, ...changeOneFailures },
};

const closeUserSchema = {
  ...common,
  operationId: "closeUser",
  summary: "Close a user's connections",
  description: "On every device and gateway, but for those in `except`.",
  params: UserParams,
  body: Type.Object(
    {
      ...fields,
      except: Type.Optional(
        Type.Array(Type.String(), { maxItems: 1000, description: "Client ids that may stay, 1000 at most." }),
      ),
    },
    { title: "CloseUserRequest", additionalProperties: false, examples: [{ code: 4501, reason: "signed out" }] },
  ),
  response: { 200: Concerned, ...changeFailures },
};

/** `POST /v1/connections/:client/close` and `POST /v1/users/:user/close`. */
export function closeConnections(scope: Scope, deps: ConnectionLineDeps): void {
  scope.post("/v1/connections/:client/close", { schema: closeConnectionSchema }, async ({ params, body }) => {
    const client = checkClient(params.client);
    const disconnect = asRest("reason", () => readCloseReason(body, "reason"));
    await commandOne({ kind: "disconnect", target: { client }, disconnect }, deps);
    return { connections: 1 };
  });
  scope.post("/v1/users/:user/close", { schema: closeUserSchema }, async ({ params, body: { except, ...said } }) => {
    const target = { user: checkUser(params.user) };
    const disconnect = asRest("reason", () => readCloseReason(said, "reason"));
    const command = { kind: "disconnect", target, disconnect, ...(except !== undefined && { except }) } as const;
    return toConcerned(await orOutcomeUnknown(deps.control.ask(command)));
  });
}
