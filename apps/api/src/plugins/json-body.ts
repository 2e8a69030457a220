import type { FastifyRequest } from "fastify";
import { decodeJsonText, parseJson } from "../json/json-parser.ts";
import type { Scope } from "../scope.ts";

/**
 * JSON is the only body a scope takes, and every JSON value that is passed through arrives as it was sent
 * (docs/decisions/0012). Refused are, by name: what {@link readJson} refuses, and text that is not UTF-8, which would otherwise become replacement
 * characters.
 */
export function acceptJsonBodies(scope: Scope): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    if (body.length === 0 && needsNoBody(request)) {
      done(null, undefined);
      return;
    }
    try {
      done(null, parseJson(decodeJsonText(body as Buffer, request.headers)));
    } catch (error) {
      done(error as Error);
    }
  });
}

/** Many a client declares JSON whether or not it sends any; where a body may be left out that is no mistake. */
function needsNoBody({ routeOptions: { schema } }: FastifyRequest): boolean {
  if (schema === undefined) return false;
  const { type } = (schema.body ?? { type: "null" }) as { readonly type?: string | readonly string[] };
  return [type].flat().includes("null");
}
