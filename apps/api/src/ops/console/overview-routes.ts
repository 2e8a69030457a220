import { createHash } from "node:crypto";
import type { ProcessesAnswer } from "@switchyard/console/processes";
import type { FastifyReply, FastifyRequest } from "fastify";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { contentsFor } from "../access/without-contents.ts";
import { narrowOverview } from "../sight/narrow-answers.ts";
import type { ConsoleVersions } from "./console-versions.ts";
import type { HubSnapshot, HubWatch } from "./hub-watch.ts";
import { judgedBy } from "./judged-by.ts";
import { overviewOf, workersOf } from "./overview-answer.ts";

export interface OverviewDeps {
  readonly hub: HubWatch;
  readonly targetWaitMs: number;
  readonly versions: Pick<ConsoleVersions, "own">;
}

const schema = { hide: true };

/** What the console asks for again and again: one look at the hub, whoever asks, and 304 where nothing has changed. */
export function serveOverview(scope: Scope, { hub, targetWaitMs, versions }: OverviewDeps): void {
  const look = async () => {
    const snapshot = await orUnavailable(hub.now());
    return { snapshot, by: judgedBy(snapshot, targetWaitMs) };
  };
  scope.get("/ops/api/overview", { schema }, async (request, reply) => {
    const [{ snapshot, by }, { hash }] = await Promise.all([look(), versions.own()]);
    const answer = { ...overviewOf(snapshot, by), console: hash };
    return sendIfNew(request, reply, { snapshot, answer: narrowOverview(answer, request.opsSession) });
  });
  scope.get("/ops/api/processes", { schema }, async (request, reply) => {
    const { snapshot } = await look();
    const answer: ProcessesAnswer = { processes: snapshot.processes };
    return sendIfNew(request, reply, { snapshot, answer });
  });
  scope.get("/ops/api/workers", { schema }, async (request, reply) => {
    const { snapshot, by } = await look();
    return sendIfNew(request, reply, { snapshot, answer: workersOf(snapshot, by) });
  });
}

interface Told {
  readonly snapshot: Pick<HubSnapshot, "nowMs">;
  readonly answer: object;
}

/** Redis' clock is told beside the answer, which would be another one each time otherwise. */
export function sendIfNew(request: FastifyRequest, reply: FastifyReply, { snapshot, answer }: Told): FastifyReply {
  const text = JSON.stringify(contentsFor(request, answer));
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  reply.headers({ etag, "x-sy-now": snapshot.nowMs });
  if (request.headers["if-none-match"] === etag) return reply.code(304).send();
  return reply.type("application/json; charset=utf-8").send(text);
}
