import type { FastifyRequest } from "fastify";
import { ApiError } from "../errors/api-error.ts";
import { type ApiKey, type ApiKeys, type ApiScope, givenKey } from "../access/api-keys.ts";
import type { Scope } from "../scope.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Whose call this is, behind `requireApiKey`. */
    apiKey: ApiKey;
  }
}

export interface ApiKeyOptions {
  readonly keys: ApiKeys;
  /** Undefined: any key will do. */
  readonly needs?: ApiScope | undefined;
  /** A key is refused for what it lacks. */
  readonly onRefused?: (request: FastifyRequest, key: ApiKey, needs: ApiScope) => void;
}

/**
 * Lets only holders of an API key into a scope, and only those allowed to what it needs: `X-API-Key: <key>`, or Centrifugo's
 * `Authorization: apikey <key>`.
 *
 * Centrifugo also takes `?api_key=`. We refuse it: a URL is written to the access logs of every proxy on the way, and a key
 * in a log is a key lost. Whoever sends it is told so.
 */
export function requireApiKey(scope: Scope, { keys, needs, onRefused }: ApiKeyOptions): void {
  // Filled before any handler of the scope runs; declaring it first keeps requests of one shape.
  scope.decorateRequest("apiKey");
  scope.addHook("onRequest", (request, reply, done) => {
    const key = keys.find(givenKey(request.headers));
    if (key === undefined) {
      reply.header("www-authenticate", 'apikey realm="switchyard"');
      throw new ApiError("unauthorized", explain(request, keys));
    }
    if (needs !== undefined) requireOf(request, key, needs);
    request.apiKey = key;
    done();
  });

  function requireOf(request: FastifyRequest, key: ApiKey, scopeNeeded: ApiScope): void {
    try {
      key.require(scopeNeeded);
    } catch (error) {
      onRefused?.(request, key, scopeNeeded);
      throw error;
    }
  }
}

function explain(request: FastifyRequest, { isEmpty }: ApiKeys): string {
  if (isEmpty) {
    return "unauthorized: no API key is configured, so every call is refused; set SWITCHYARD_API_KEY (http_api.key) and restart the api";
  }
  if (givenKey(request.headers) !== "")
    return "unauthorized: the API key is wrong; send the hub's http_api.key in X-API-Key";
  if (Object.hasOwn(request.query as object, "api_key")) {
    return "unauthorized: a key in the URL ends up in access logs and is not accepted; send it in the header X-API-Key";
  }
  return "unauthorized: send the API key in the header X-API-Key, or as `Authorization: apikey <key>`";
}
