import Type from "typebox";
import { closeFields } from "../../connections/close-reason.ts";
import { Concerned } from "../../connections/concerned.ts";
import { targetFields } from "../../connections/connection-fields.ts";

const Disconnect = Type.Object(
  {
    ...closeFields,
    reconnect: Type.Optional(
      Type.Boolean({ description: "Accepted from older client libraries, without effect: the code alone decides." }),
    ),
  },
  { additionalProperties: false, description: "Why; without it 3503 `force disconnect`." },
);

export const disconnectSpec = {
  method: "disconnect",
  effect: "settles" as const,
  summary: "End a user's connections",
  description: "A client whose token is still good may connect again, unless the code tells its SDK not to.",
  body: Type.Object(
    {
      ...targetFields,
      whitelist: Type.Optional(
        Type.Array(Type.String(), { maxItems: 1000, description: "Client ids that may stay, 1000 at most." }),
      ),
      disconnect: Type.Optional(Disconnect),
    },
    {
      additionalProperties: false,
      examples: [{ user: "alice" }, { user: "alice", disconnect: { code: 4501, reason: "logged out" } }],
    },
  ),
  result: Concerned,
  results: [{ connections: 3 }],
};
