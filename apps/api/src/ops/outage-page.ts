import type { FastifyReply, FastifyRequest } from "fastify";
import { reportFailure, toApiError } from "../plugins/failure-answer.ts";
import type { Scope } from "../scope.ts";
import { html } from "./html.ts";
import { sendOpsPage } from "./ops-page.ts";

const retrySeconds = 5;

/**
 * Whoever is woken because Redis is down opens these pages for the first time while it is. A browser gets a page that says so in words and
 * comes back by itself; every other failure, and every answer to a program, is the api's as everywhere.
 */
export function answerOutagesAsPages(scope: Scope): void {
  scope.setErrorHandler(async (error: Error, request: FastifyRequest, reply: FastifyReply) => {
    const failure = toApiError(error, request.id);
    if (failure.code !== "unavailable" || !isForPeople(request)) throw error;
    reportFailure(failure, error, request.log);
    // Sent by GET it is asked for again; a form would be sent again without being looked at.
    const tries = request.method === "GET";
    reply.header("retry-after", retrySeconds).header("cache-control", "no-store");
    if (tries) reply.header("refresh", retrySeconds);
    const body = html`<p role="alert">
        Redis does not answer, so nothing can be shown and nothing was done. Look at Redis and its network.
        ${tries ? "This page tries again by itself." : "Go back and try again."}
      </p>
      <p lang="zh-CN">
        Redis 没有响应,因此无法显示任何内容,也没有执行任何操作。请检查 Redis
        及其网络。${tries ? "本页会自动重试。" : "请返回后重试。"}
      </p>
      <p><code>${failure.publicMessage}</code></p>`;
    return sendOpsPage(reply, { status: failure.statusCode, title: "Redis does not answer · Redis 无响应", body });
  });
}

/** What a browser opens asks for HTML; scripts of pages do not. */
function isForPeople({ headers: { accept = "" } }: FastifyRequest): boolean {
  return accept.includes("text/html");
}
