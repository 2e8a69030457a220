import Type from "typebox";
import { changeOneFailures } from "../../connections/connection-failures.ts";
import { ClientParams } from "../../connections/path-ids.ts";
import { retryOf } from "../../effect.ts";

const Meta = Type.Unsafe<object>({
  type: "object",
  description: "A JSON object, 16384 bytes at most. Numbers arrive as they were sent.",
});

const MetaRequest = Type.Object(
  { meta: Meta },
  { title: "MetaRequest", additionalProperties: false, examples: [{ meta: { tenant: 7, page: "/orders" } }] },
);

/** By method: name, summary and description. */
const methods = {
  PUT: ["putConnectionMeta", "Attach notes to a connection", "They take the place of those there are."],
  PATCH: [
    "patchConnectionMeta",
    "Change the notes about a connection",
    "A JSON merge patch (RFC 7396): fields are set one by one, and null takes one out.",
  ],
} as const;

export function metaSchema(method: keyof typeof methods) {
  const [operationId, summary, description] = methods[method];
  return {
    operationId,
    "x-retry": retryOf.settles,
    summary,
    description: `${description} They stay for as long as the connection does, are shown with it and handed to your hooks as \`meta\`; no client sees them. Claim \`meta\` of a token begins them.`,
    tags: ["connections"],
    params: ClientParams,
    body: MetaRequest,
    response: {
      200: Type.Object(
        { client: Type.String({ description: "Its id." }), meta: Meta },
        {
          title: "ConnectionMeta",
          examples: [{ client: "5f0c1d5e-4be0-4c37-9c4c-0a6f4f1b7a11", meta: { tenant: 7 } }],
        },
      ),
      ...changeOneFailures,
    },
  };
}
