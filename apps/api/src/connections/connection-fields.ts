import type { Target } from "@switchyard/broker/node-command";
import { HubError } from "@switchyard/protocol/hub-error";
import Type from "typebox";
import { decodeBase64Json } from "../channels/message-data.ts";

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

/** How others see a connection; a field of its own, beside its base64, as Centrifugo's client libraries send it. */
export const infoFields = {
  info: Type.Optional(Type.Unknown({ description: "Any JSON, shown to others beside the user id." })),
  b64info: Type.Optional(Type.String({ description: "In the place of `info`: its JSON in base64." })),
};

/** Undefined when nothing is said of it. */
export function readInfo(fields: { readonly info?: unknown; readonly b64info?: string }): unknown {
  return fields.b64info ? decodeBase64Json(fields.b64info, "b64info") : fields.info;
}
