import type { PusherApp, PusherApps } from "@switchyard/pusher/apps";
import { restProblem, type RestRequest } from "@switchyard/pusher/rest-signature";
import type { FastifyRequest } from "fastify";
import { ApiError } from "../errors/api-error.ts";
import type { Scope } from "../scope.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Whose request this is, behind {@link requireSignature}. */
    pusherApp: PusherApp;
  }
}

/**
 * Lets only requests into a scope that are signed with the secret of the app in their address, and whose body is what was signed. A
 * body arrives as bytes, for it is looked at only when it is known whose it is.
 */
export function requireSignature(scope: Scope, apps: PusherApps): void {
  scope.removeAllContentTypeParsers();
  // Some clients name no type, or another one: the protocol knows JSON alone.
  scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  // Filled before any handler of the scope runs; declaring it first keeps requests of one shape.
  scope.decorateRequest("pusherApp");
  scope.addHook("preValidation", async (request) => {
    const { id } = request.params as { readonly id: string };
    const app = apps.byId(id);
    if (app === undefined) throw new ApiError("not_found", "no app has the id in this address (pusher.apps)");
    if (!app.enabled) throw new ApiError("forbidden", "this app is not enabled (pusher.apps)");
    const problem = findProblem(app, request);
    if (problem !== undefined) throw new ApiError("unauthorized", problem);
    request.pusherApp = app;
  });
}

function findProblem(app: PusherApp, request: FastifyRequest): string | undefined {
  const [path = "", query = ""] = request.raw.url?.split(/\?(.*)/s, 2) ?? [];
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const signed: RestRequest = { method: request.method, path, query: [...new URLSearchParams(query)], body };
  const problem = restProblem(app, signed, Date.now());
  if (problem === undefined || !path.includes("%")) return problem;
  // Signed before its HTTP library has encoded what stands in the path.
  return restProblem(app, { ...signed, path: decode(path) }, Date.now()) === undefined ? undefined : problem;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
