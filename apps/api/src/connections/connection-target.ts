import type { Target } from "@switchyard/broker/node-command";
import { HubError } from "@switchyard/protocol/hub-error";
import Type from "typebox";

/** Which connections a command is about. Client libraries send empty text for what their caller left out. */
export const targetFields = {
  user: Type.Optional(Type.String({ description: "All connections of this user, on all devices." })),
  client: Type.Optional(
    Type.String({ description: "One connection, by its client id; with `user`, only if it is that user's." }),
  ),
  session: Type.Optional(Type.String({ description: "The same as `client`, by Centrifugo's other name." })),
};

interface TargetFields {
  readonly user?: string;
  readonly client?: string;
  readonly session?: string;
}

/** @throws HubError 107 when nobody is named: a forgotten field must not mean everybody. */
export function readTarget(fields: TargetFields): Target {
  const user = fields.user === "" ? undefined : fields.user;
  const client = fields.client || fields.session;
  if (client) return { client, ...(user !== undefined && { user }) };
  if (user !== undefined) return { user };
  throw new HubError("badRequest", "user: name the `user`, or one connection by `client`");
}
