import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";
import type { Scope } from "../../scope.ts";
import type { HubSnapshot } from "./hub-watch.ts";

/**
 * Answers of a scope have an ETag, and where the page has it already 304. It is made of what leaves the process, so of what who asks may read.
 *
 * @returns tells Redis' clock beside the answer, which would be another one each time otherwise
 */
export function tellIfNew(scope: Scope) {
  scope.addHook("onSend", async (request, reply, payload) => {
    if (reply.statusCode !== 200 || typeof payload !== "string") return payload;
    const etag = `"${createHash("sha256").update(payload).digest("base64url").slice(0, 22)}"`;
    reply.header("etag", etag);
    if (request.headers["if-none-match"] !== etag) return payload;
    reply.code(304);
    return null;
  });
  return (reply: FastifyReply, { nowMs }: Pick<HubSnapshot, "nowMs">, answer: object) =>
    reply.header("x-sy-now", nowMs).send(answer);
}
