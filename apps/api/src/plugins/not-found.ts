import { nearestName } from "@switchyard/runtime/nearest-name";
import { ApiError } from "../errors/api-error.ts";
import type { Scope } from "../scope.ts";

/** Says what is wrong with the address: the method, a slip in the path, or all of it. */
export function answerUnknownPaths(app: Scope): void {
  const documented = new Set<string>();
  const routes: { readonly pattern: RegExp; readonly method: string }[] = [];
  app.addHook("onRoute", ({ url, method, schema }) => {
    // A route for everything below a path knows itself what is there.
    if (url.includes("*")) return;
    if (schema?.hide !== true) documented.add(url);
    const pattern = patternOf(url);
    // HEAD comes with every GET.
    for (const one of [method].flat()) if (one !== "HEAD") routes.push({ pattern, method: one });
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.raw.url?.split("?", 1)[0] ?? "/";
    const allowed = routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (allowed.length > 0) {
      reply.header("allow", allowed.join(", "));
      throw new ApiError("method_not_allowed", `${path} answers to ${allowed.join(" and ")} only`);
    }
    const nearest = nearestName(path, [...documented]);
    const hint = nearest === undefined ? "see /docs for what there is" : `did you mean ${nearest}?`;
    throw new ApiError("not_found", `nothing answers at this path; ${hint}`);
  });
}

/** `/v1/tasks/:id` with anything for the id. */
function patternOf(url: string): RegExp {
  const parts = url.split("/").map((part) => (part.startsWith(":") ? "[^/]+" : RegExp.escape(part)));
  return new RegExp(`^${parts.join("/")}$`);
}
