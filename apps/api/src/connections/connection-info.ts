import Type from "typebox";
import { decodeBase64Json } from "../channels/message-data.ts";

/** How others see a connection; a field of its own, beside its base64, as Centrifugo's client libraries send it. */
export const infoFields = {
  info: Type.Optional(Type.Unknown({ description: "Any JSON, shown to others beside the user id." })),
  b64info: Type.Optional(Type.String({ description: "In the place of `info`: its JSON in base64." })),
};

/** Undefined when nothing is said of it. */
export function readInfo(fields: { readonly info?: unknown; readonly b64info?: string }): unknown {
  return fields.b64info ? decodeBase64Json(fields.b64info, "b64info") : fields.info;
}
