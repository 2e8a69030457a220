import type { FastifyRequest } from "fastify";

/** In place of text that is there, so that nobody takes it for none. */
const hidden = "…";

/**
 * An answer as the login that asks may read it: viewers see lists and states, and nothing of what tasks carry or their handlers have said.
 * Which fields that are stands with the route, in ops-routes.ts.
 */
export function contentsFor<T>(request: FastifyRequest, answer: T): T {
  const { ops: rule } = request.routeOptions.config;
  if (request.opsSession?.user.role !== "viewer" || rule?.contents === undefined) return answer;
  return rule.contents.reduce((shown, path) => withoutField(shown, path.split(".")), answer);
}

/** @param path names of fields; of a list each of its things is meant */
function withoutField<T>(value: T, [name = "", ...below]: readonly string[]): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((one: unknown) => withoutField(one, [name, ...below])) as T;
  if (!Object.hasOwn(value, name)) return value;
  const field = (value as Readonly<Record<string, unknown>>)[name];
  const shown = below.length > 0 ? withoutField(field, below) : typeof field === "string" ? hidden : null;
  return { ...value, [name]: shown };
}
