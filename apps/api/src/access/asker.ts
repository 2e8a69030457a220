import type { FastifyRequest } from "fastify";

/**
 * Whose act a request is, for people: the name of who is logged in, or else that of the API key. Two of them may be called the same; the
 * audit tells them apart.
 */
export function askerOf({ opsSession, apiKey }: Pick<FastifyRequest, "apiKey" | "opsSession">): string {
  return opsSession?.user.name ?? apiKey.name;
}
