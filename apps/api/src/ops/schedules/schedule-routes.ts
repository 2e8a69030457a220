import type { Schedules } from "@switchyard/tasks/schedule";
import { TaskRejection } from "@switchyard/tasks/task-rejection";
import type { FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { orOutcomeUnknown, orUnavailable } from "../../errors/or-unavailable.ts";
import { decodeCursor, encodeCursor } from "../../shapes/page-cursor.ts";
import type { Scope } from "../../scope.ts";
import { acceptForms } from "../form-body.ts";
import { html } from "../html.ts";
import { sendOpsPage } from "../ops-page.ts";
import { frameOf as frameFor, inFrame, type Language, linkTo, schedulesPath } from "../frame.ts";
import { listPage, pathOf, type PreviewView } from "./list-page.ts";
import { schedulePage } from "./schedule-page.ts";
import { type Done, type ScheduleFrame, words } from "./words.ts";

export type OpsSchedules = Pick<Schedules, "get" | "list" | "pause" | "preview" | "resume" | "trigger">;

const pageSize = 50;
const hide = true;
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const lang = Type.Optional(Type.Enum(["en", "zh"]));
const closed = { additionalProperties: false };
const params = Type.Object({ id: Type.String() });
const listQuery = Type.Object(
  {
    lang,
    cursor: text(512),
    state: Type.Optional(Type.Enum(["", "active", "paused", "finished"])),
    cron: text(256),
    timeZone: text(64),
  },
  closed,
);
const done = Type.Optional(Type.Enum(Object.keys(words.en.done) as Done[]));

/** `/ops/schedules`: pages and plain forms, no script; who may come in is the scope's business. */
export async function serveSchedulePages(scope: Scope, schedules: OpsSchedules): Promise<void> {
  await acceptForms(scope);
  scope.get(schedulesPath, { schema: { hide, querystring: listQuery } }, async (request, reply) => {
    const { cursor, state: asked, cron, timeZone } = request.query;
    const state = asked === "" ? undefined : asked;
    const page = await orUnavailable(schedules.list({ cursor: decodeCursor("schedules", cursor), limit: pageSize }));
    const frame = frameOf(request, request.query.lang);
    const body = listPage(frame, {
      items: page.items.filter((one) => state === undefined || one.state === state),
      cursor: encodeCursor("schedules", page.cursor),
      isFirstPage: cursor === undefined,
      state,
      preview: await previewOf(schedules, cron, timeZone),
      nowMs: Date.now(),
    });
    return send(reply, frame, { status: 200, title: frame.said.schedules, body });
  });

  const onePage = { hide, params, querystring: Type.Object({ lang, done }, closed) };
  scope.get(`${schedulesPath}/:id`, { schema: onePage }, async (request, reply) => {
    const frame = frameOf(request, request.query.lang);
    const schedule = await orUnavailable(schedules.get(request.params.id));
    if (schedule === undefined) return sendUnknown(reply, frame);
    const body = schedulePage(frame, { schedule, done: request.query.done, nowMs: Date.now() });
    return send(reply, frame, { status: 200, title: schedule.id, body });
  });

  serveActs(scope, schedules);
}

function serveActs(scope: Scope, schedules: OpsSchedules): void {
  const act = { hide, params, querystring: Type.Object({ lang }, closed) };
  const note = Type.Object({ note: text(500) }, closed);
  scope.post(`${schedulesPath}/:id/pause`, { schema: { ...act, body: note } }, async (request, reply) => {
    const { id } = request.params;
    const found = await orOutcomeUnknown(
      schedules.pause(id, request.body.note || undefined, request.opsSession?.user.name),
    );
    return seeOther(reply, frameOf(request, request.query.lang), { id, done: found && "paused" });
  });
  scope.post(`${schedulesPath}/:id/resume`, { schema: act }, async (request, reply) => {
    const { id } = request.params;
    const found = await orOutcomeUnknown(schedules.resume(id));
    return seeOther(reply, frameOf(request, request.query.lang), { id, done: found && "resumed" });
  });
  scope.post(`${schedulesPath}/:id/trigger`, { schema: act }, async (request, reply) => {
    const { id } = request.params;
    const run = await orOutcomeUnknown(schedules.trigger(id));
    return seeOther(reply, frameOf(request, request.query.lang), { id, done: run?.outcome });
  });
}

function frameOf({ headers }: FastifyRequest, lang: Language | undefined): ScheduleFrame {
  return frameFor(words, { lang, acceptLanguage: headers["accept-language"] });
}

/** What cannot be read is answered beside its field, not by an error of the api. */
async function previewOf(schedules: OpsSchedules, cron = "", timeZone = ""): Promise<PreviewView> {
  if (cron === "") return { cron, timeZone };
  const request = { cron, ...(timeZone !== "" && { timeZone }), publish: { user: "preview" } };
  try {
    return { cron, timeZone, found: await schedules.preview(request, 10) };
  } catch (error) {
    if (!(error instanceof TaskRejection)) throw error;
    return { cron, timeZone, problem: error.publicMessage };
  }
}

/** After a form a page that can be loaded again without doing it again. */
function seeOther(
  reply: FastifyReply,
  frame: ScheduleFrame,
  { id, done: what }: { id: string; done: Done | undefined },
) {
  if (what === undefined) return sendUnknown(reply, frame);
  return reply.redirect(linkTo(pathOf(id), frame, { done: what }), 303);
}

function sendUnknown(reply: FastifyReply, frame: ScheduleFrame) {
  const { said } = frame;
  const back = html`<p><a href="${linkTo(schedulesPath, frame)}">${said.back}</a></p>`;
  const body = inFrame(
    frame,
    { path: schedulesPath },
    html`<h1>${said.schedules}</h1>
      <p role="alert">${said.unknown}</p>
      ${back}`,
  );
  return send(reply, frame, { status: 404, title: said.schedules, body });
}

function send(
  reply: FastifyReply,
  { said }: ScheduleFrame,
  page: Pick<Parameters<typeof sendOpsPage>[1], "status" | "title" | "body">,
) {
  return sendOpsPage(reply, { ...page, layout: "board", language: said.locale });
}
