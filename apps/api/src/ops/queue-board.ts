import { readFile } from "node:fs/promises";
import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { FastifyAdapter } from "@bull-board/fastify";
import { consoleFolder } from "@switchyard/console/vendor";
import type { Scope } from "../scope.ts";
import { stripTypes } from "./console/strip-types.ts";

/** The queue as its dashboard needs it. */
export interface DashboardQueue {
  readonly queue: ConstructorParameters<typeof BullMQAdapter>[0];
}

const prefix = "/ops/queues";

/** Bull-board styles its page with inline styles; scripts are its own files only. */
const boardPolicy =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

/**
 * A failed task can be enqueued again: its record follows. One that succeeded keeps its result, so it gets no button. (The
 * adapter takes the second option, and its types forget it; a constant of its own is not checked for what they know.)
 */
const boardOptions = { allowRetries: true, allowCompletedRetries: false };

const reasonPath = `${prefix}/reason.js`;

/** bull-board at `/ops/queues`; who may come in is the scope's business. */
export async function serveQueueBoard(
  scope: Scope,
  { queue, isReadOnly }: DashboardQueue & { readonly isReadOnly: boolean },
): Promise<void> {
  const adapter = new FastifyAdapter();
  adapter.setBasePath(prefix);
  createBullBoard({
    queues: [new BullMQAdapter(queue, { ...boardOptions, readOnlyMode: isReadOnly })],
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: "Switchyard queues",
        miscLinks: [
          { text: "Console", url: "/ops/console" },
          { text: "Connections", url: "/ops/connections" },
          { text: "Schedules", url: "/ops/schedules" },
          { text: "Answers", url: "/ops/answers" },
          { text: "Log out", url: "/ops/logout" },
        ],
      },
    },
  });
  const reasonScript = stripTypes(await readFile(new URL("src/board-reason.ts", consoleFolder), "utf8"));
  scope.get(reasonPath, { schema: { hide: true } }, async (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").send(reasonScript),
  );
  scope.addHook("preHandler", async ({ url, query, body }, reply) => {
    if (!url.startsWith(prefix) || ![query, body].some(holdsNul)) return;
    await reply.code(400).send({ error: { key: "ERRORS.INVALID_REQUEST_BODY" } });
  });
  scope.addHook("onSend", async (_request, reply, payload) => {
    reply.header("content-security-policy", boardPolicy);
    return typeof payload === "string" ? asOurs(payload, isReadOnly ? "" : reasonField) : payload;
  });
  await scope.register(adapter.registerPlugin(), { prefix });
}

/** bull-board repeats what it refuses, and takes a NUL in there for the end of its own words: it would answer 500. */
function holdsNul(fields: unknown): boolean {
  if (typeof fields !== "object" || fields === null) return false;
  return Object.values(fields).some((value) => typeof value === "string" && value.includes("\0"));
}

/** On phones its title pushes the last button of its header off the screen. */
const narrow = "<style>@media (max-width: 480px) { header > a > span { display: none } }</style>";

/** It has no field for why something is done, which the audit keeps. */
const reasonField = `<script defer src="${reasonPath}"></script>`;

/** The page asks Google for its fonts: an operator's dashboard tells nobody that it is being looked at. */
function asOurs(html: string, more: string): string {
  const ownFonts = html.replace(/<link href="https:\/\/fonts\.googleapis\.com[^>]*>/, "");
  return ownFonts.replace("</head>", `${narrow}${more}</head>`);
}
