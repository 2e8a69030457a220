import type { FastifyRequest } from "fastify";
import type { Login } from "@switchyard/broker/logins";
import Type from "typebox";
import { ApiError } from "../../errors/api-error.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { acceptForms } from "../form-body.ts";
import { type Frame, frameOf, inFrame, linkTo, sessionsPath } from "../frame.ts";
import { html, type Markup } from "../html.ts";
import { sendOpsPage } from "../ops-page.ts";
import { table } from "../table.ts";
import { tellDistance } from "../tell-time.ts";
import type { OpsSession, OpsSessions } from "./ops-session.ts";
import { isSamePerson } from "./same-person.ts";

const words = {
  en: {
    locale: "en-GB",
    sessions: "Logins",
    explain: "Who has logged in to these pages and not yet logged out. An end counts at once, on every api process.",
    who: "Who",
    from: "From",
    began: "Began",
    seen: "Last used",
    ends: "Ends at the latest",
    own: "this one",
    end: "End it",
  },
  zh: {
    locale: "zh-CN",
    sessions: "登录会话",
    explain: "已登录这些页面且尚未退出的人。结束会话会立即在所有 api 进程上生效。",
    who: "用户",
    from: "来源地址",
    began: "开始",
    seen: "最近使用",
    ends: "最迟结束",
    own: "当前会话",
    end: "结束",
  },
};
type SessionFrame = Frame<(typeof words)["en"]>;

const hide = true;
const closed = { additionalProperties: false };
const query = Type.Object({ lang: Type.Optional(Type.Enum(["en", "zh"])) }, closed);
const body = Type.Object({ login: Type.String({ pattern: "^[-\\w]{43}$" }) }, closed);

/** `/ops/sessions`: an admin sees all logins and can end any, others see their own. */
export async function serveSessionPages(scope: Scope, sessions: OpsSessions): Promise<void> {
  await acceptForms(scope);
  scope.get(sessionsPath, { schema: { hide, querystring: query } }, async (request, reply) => {
    const frame = frameFor(request, request.query.lang);
    const own = sessionOf(request);
    const logins = await orUnavailable(sessions.list());
    const page = sessionsPage(frame, { own, logins: logins.filter(isFor(own)), nowMs: Date.now() });
    const { sessions: title, locale: language } = frame.said;
    return sendOpsPage(reply, { status: 200, title, body: page, layout: "board", language });
  });
  scope.post(sessionsPath, { schema: { hide, querystring: query, body } }, async (request, reply) => {
    const { login: handle } = request.body;
    const logins = await orUnavailable(sessions.list());
    const login = logins.find((one) => one.handle === handle);
    // One that has ended by itself is as it should be; one of somebody else is told the same, so that nothing can be learned.
    if (login !== undefined && isFor(sessionOf(request))(login)) {
      // As the acts of that login are told, and its beginning; all of its handle looks like a key.
      const target = { session: handle.slice(0, 8), actor: login.actor };
      if (request.audited !== undefined) request.audited = { ...request.audited, target };
      await orUnavailable(sessions.end(handle));
    }
    return reply.redirect(linkTo(sessionsPath, frameFor(request, request.query.lang)), 303);
  });
}

const isFor =
  ({ user }: OpsSession) =>
  (login: Login) =>
    (user.role === "admin" && user.sight.isAll) || isSamePerson(login, user);

function sessionOf({ opsSession }: FastifyRequest): OpsSession {
  if (opsSession === undefined) throw new ApiError("internal", "a page without a session");
  return opsSession;
}

interface SessionsView {
  readonly own: OpsSession;
  readonly logins: readonly Login[];
  readonly nowMs: number;
}

function sessionsPage(frame: SessionFrame, { own, logins, nowMs }: SessionsView): Markup {
  const { said } = frame;
  const rows = logins.map(({ handle, actor, address, beganAtMs, seenAtMs, endsAtMs }) => {
    const isOwn = handle === own.login.handle;
    return html`<tr role="row">
      <th role="rowheader" scope="row">${actor} ${isOwn && html`<small>${said.own}</small>`}</th>
      <td role="cell" data-label="${said.from}"><code>${address}</code></td>
      <td role="cell" data-label="${said.began}">${tellDistance(beganAtMs, nowMs, said)}</td>
      <td role="cell" data-label="${said.seen}">${tellDistance(seenAtMs, nowMs, said)}</td>
      <td role="cell" data-label="${said.ends}">${tellDistance(endsAtMs, nowMs, said)}</td>
      <td role="cell">
        <form method="post" class="always" action="${linkTo(sessionsPath, frame)}">
          <input type="hidden" name="login" value="${handle}" /><button>${said.end}</button>
        </form>
      </td>
    </tr>`;
  });
  return inFrame(
    frame,
    { path: sessionsPath },
    html`<h1>${said.sessions}</h1>
      <p class="soft">${said.explain}</p>
      ${table([said.who, said.from, said.began, said.seen, said.ends, ""], rows)}`,
  );
}

function frameFor({ headers }: FastifyRequest, lang: "en" | "zh" | undefined): SessionFrame {
  return frameOf(words, { lang, acceptLanguage: headers["accept-language"] });
}
