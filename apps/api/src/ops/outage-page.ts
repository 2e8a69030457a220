import type { FastifyReply, FastifyRequest } from "fastify";
import { reportFailure, toApiError } from "../plugins/failure-answer.ts";
import type { Scope } from "../scope.ts";
import { html } from "./html.ts";
import { sendOpsPage } from "./ops-page.ts";

const retrySeconds = 5;

const words = {
  away: {
    title: "Redis does not answer · Redis 无响应",
    text: "Redis does not answer, so nothing can be shown. Look at Redis and its network.",
    textZh: "Redis 没有响应，因此无法显示任何内容。请检查 Redis 及其网络。",
  },
  refuses: {
    title: "Redis takes no writes · Redis 拒绝写入",
    text: "Redis is full, a read-only replica, or cannot save to its disk, so nobody can log in and nothing can be done.",
    textZh: "Redis 内存已满、当前是只读副本，或无法写入磁盘，因此无法登录，也无法执行任何操作。",
  },
};

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
    const { title, text, textZh } = words[failure.redis ?? "away"];
    const body = html`<p role="alert">
        ${text} ${tries ? "This page tries again by itself." : "Nothing was done: go back and try again."}
      </p>
      <p lang="zh-CN">${textZh}${tries ? "本页会自动重试。" : "没有执行任何操作，请返回后重试。"}</p>
      <p><code>${failure.publicMessage}</code></p>`;
    return sendOpsPage(reply, { status: failure.statusCode, title, body });
  });
}

/** What a browser opens asks for HTML; scripts of pages do not. */
function isForPeople({ headers: { accept = "" } }: FastifyRequest): boolean {
  return accept.includes("text/html");
}
