import { ApiError } from "../api-error.ts";
import { nearestName } from "@switchyard/runtime/nearest-name";
import type { Scope } from "../scope.ts";

const methods = ["GET", "POST"] as const;

/** Says what is wrong with the address: the method, a slip in the path, or all of it. */
export function answerUnknownPaths(app: Scope): void {
  const paths = new Set<string>();
  app.addHook("onRoute", ({ url, schema }) => {
    if (schema?.hide !== true) paths.add(url);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.raw.url?.split("?", 1)[0] ?? "/";
    const allowed = methods.filter((method) => app.hasRoute({ method, url: path }));
    if (allowed.length > 0) {
      reply.header("allow", allowed.join(", "));
      throw new ApiError("method_not_allowed", `${path} answers to ${allowed.join(" and ")} only`);
    }
    const nearest = nearestName(path, [...paths]);
    const hint = nearest === undefined ? "see /docs for what there is" : `did you mean ${nearest}?`;
    throw new ApiError("not_found", `nothing answers at this path; ${hint}`);
  });
}
