import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { ApiError } from "../../errors/api-error.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import { acceptForms } from "../form-body.ts";
import { html } from "../html.ts";
import { type OpsPage, sendOpsPage } from "../ops-page.ts";
import { type LoginWords, loginWords } from "./login-words.ts";
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
    const said = loginWords(request);
    if (user.claims !== "") return said.proveThere;
    const found = await desk.judge(request, { name: user.isShared ? "" : user.name, password });
    if (found === undefined) return said.wrong;
    if ("secondsToWait" in found) return said.wait(found.secondsToWait);
    await orUnavailable(sessions.prove(login.handle));
    return undefined;
  };

  scope.get("/ops/proof", { schema: { hide } }, async (request, reply) => sendOpsPage(reply, proofPage(request, 200)));
  scope.post("/ops/proof", { schema: { hide, body } }, async (request, reply) => {
    const problem = await prove(request, request.body.password);
    if (problem !== undefined) return sendOpsPage(reply, proofPage(request, 403, problem));
    return sendOpsPage(reply, provenPage(loginWords(request)));
  });
  scope.post("/ops/api/proof", { schema: { hide, body } }, async (request) => {
    const problem = await prove(request, request.body.password);
    if (problem !== undefined) throw new ApiError("proof_needed", problem, { field: "password" });
    return { proven: true };
  });
}

/** Where another login at the identity provider begins, whose way back is the page that says so. */
const proofByOidcPath = "/ops/login/oidc?proof=1";

export function provenPage(said: LoginWords): OpsPage {
  return { status: 200, title: said.thanks, language: said.locale, body: html`<p>${said.proven}</p>` };
}

function proofPage(request: FastifyRequest, status: number, problem?: string): OpsPage {
  const said = loginWords(request);
  const { user } = sessionOf(request);
  const byPassword = html`<form method="post" action="/ops/proof">
    <label for="password"><bdi>${said.passwordOf(user.name)}</bdi></label>
    <input id="password" name="password" type="password" autocomplete="current-password" required autofocus />
    <button>${said.prove}</button>
  </form>`;
  const byOidc = html`<a class="button" href="${proofByOidcPath}" autofocus>${said.logInAgain}</a>`;
  return {
    status,
    title: said.isItYou,
    language: said.locale,
    body: html`${problem === undefined ? html`<p>${said.whyProof}</p>` : html`<p role="alert">${problem}</p>`}
    ${user.claims === "" ? byPassword : byOidc}`,
  };
}

function sessionOf({ opsSession }: FastifyRequest): OpsSession {
  if (opsSession === undefined) throw new ApiError("internal", "a page without a session");
  return opsSession;
}
