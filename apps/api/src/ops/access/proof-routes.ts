import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { ApiError } from "../../errors/api-error.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { acceptForms } from "../form-body.ts";
import { html } from "../html.ts";
import { sendOpsPage } from "../ops-page.ts";
import { waitText } from "./login-page.ts";
import type { OpsSession, OpsSessions } from "./ops-session.ts";
import type { PasswordDesk } from "./password-desk.ts";

export interface ProofDeps {
  readonly desk: PasswordDesk;
  readonly sessions: Pick<OpsSessions, "prove">;
}

const hide = true;
const body = Type.Object({ password: Type.String({ maxLength: 1024 }) }, { additionalProperties: false });

/**
 * Where somebody who is logged in shows again who they are, for acts of the highest tier: by the password they came in with, or by another
 * login at their identity provider, which comes back to `/ops/login/oidc/back`.
 */
export async function serveProof(scope: Scope, { desk, sessions }: ProofDeps): Promise<void> {
  await acceptForms(scope);
  const prove = async (request: FastifyRequest, password: string): Promise<string | undefined> => {
    const { user, login } = sessionOf(request);
    if (user.claims !== "") return "You came in by your identity provider: log in there again.";
    const found = await desk.judge(request, { name: user.isShared ? "" : user.name, password });
    if (found === undefined) return "That password is wrong.";
    if ("secondsToWait" in found) return waitText(found.secondsToWait);
    await orUnavailable(sessions.prove(login.handle));
    return undefined;
  };

  scope.get("/ops/proof", { schema: { hide } }, async (request, reply) =>
    sendOpsPage(reply, proofPage(sessionOf(request), 200)),
  );
  scope.post("/ops/proof", { schema: { hide, body } }, async (request, reply) => {
    const problem = await prove(request, request.body.password);
    if (problem !== undefined) return sendOpsPage(reply, proofPage(sessionOf(request), 403, problem));
    return sendOpsPage(reply, { status: 200, title: "Thank you", body: provenText });
  });
  scope.post("/ops/api/proof", { schema: { hide, body } }, async (request) => {
    const problem = await prove(request, request.body.password);
    if (problem !== undefined) throw new ApiError("proof_needed", problem, { field: "password" });
    return { proven: true };
  });
}

/** Where another login at the identity provider begins, whose way back is the page that says so. */
const proofByOidcPath = "/ops/login/oidc?proof=1";

export const provenText = html`<p>For five minutes you may do what cannot be undone for many.</p>
  <p lang="zh-CN">五分钟内您可以执行无法撤销的批量操作。</p>
  <p>Go back to where you came from and do it again. 请返回原页面重新执行。</p>`;

const whyProof = html`<p>Acts on many things that cannot be undone need a login of the last five minutes.</p>`;

function proofPage({ user }: OpsSession, status: number, problem?: string) {
  const byPassword = html`<form method="post" action="/ops/proof">
    <label for="password">Password of <bdi>${user.name}</bdi></label>
    <input id="password" name="password" type="password" autocomplete="current-password" required autofocus />
    <button>Show that it is you</button>
  </form>`;
  const byOidc = html`<a class="button" href="${proofByOidcPath}" autofocus>Log in again</a>`;
  return {
    status,
    title: "Is it you?",
    body: html`${problem === undefined ? whyProof : html`<p role="alert">${problem}</p>`}
    ${user.claims === "" ? byPassword : byOidc}`,
  };
}

function sessionOf({ opsSession }: FastifyRequest): OpsSession {
  if (opsSession === undefined) throw new ApiError("internal", "a page without a session");
  return opsSession;
}
