import { html, type Markup } from "../html.ts";
import type { OpsUsers } from "./ops-users.ts";

/** What there is to log in with. */
export interface LoginWays {
  readonly users: Pick<OpsUsers, "haveNames" | "haveShared">;
  /** On the button that leads to the identity provider; undefined: there is none. */
  readonly oidcLabel: string | undefined;
}

export interface LoginView {
  /** Where to go then. */
  readonly next: string;
  readonly problem?: string | undefined;
}

export function loginPage(ways: LoginWays, status: number, { next, problem }: LoginView) {
  const { users, oidcLabel } = ways;
  const havePasswords = users.haveNames || users.haveShared;
  const begin = `/ops/login/oidc?next=${encodeURIComponent(next)}`;
  const isAlone = !havePasswords && { html: "autofocus" };
  return {
    status,
    title: "Dashboards",
    body: html`${problem === undefined ? html`<p>What the hub does, for operators.</p>` : html`<p role="alert">${problem}</p>`}
    ${oidcLabel !== undefined && html`<a class="button" href="${begin}" ${isAlone}>${oidcLabel}</a>`}
    ${havePasswords && passwordForm(ways, next)}`,
  };
}

function passwordForm({ users: { haveNames, haveShared }, oidcLabel }: LoginWays, next: string): Markup {
  const name = html`<label for="name">Name${haveShared && " (empty for the shared password)"}</label>
    <input id="name" name="name" maxlength="64" autocomplete="username" autofocus />`;
  return html`${oidcLabel !== undefined && html`<p class="or">or with a password</p>`}
    <form method="post" action="/ops/login">
      <input type="hidden" name="next" value="${next}" />
      ${haveNames && name}
      <label for="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
        ${!haveNames && { html: "autofocus" }}
      />
      <button>Log in</button>
    </form>`;
}

export const logoutPage = {
  status: 200,
  title: "Log out",
  body: html`<p>Ends the session of this browser.</p>
    <form method="post" action="/ops/logout"><button>Log out</button></form>`,
};

/** A link and no redirect: the policy of these pages lets no form lead elsewhere, and who wants to stay logged in there may. */
export function loggedOutPage(endUrl: string) {
  return {
    status: 200,
    title: "Logged out",
    body: html`<p>You are logged out here, and at your identity provider still logged in.</p>
      <a class="button" href="${endUrl}">Log out there, too</a>
      <p class="or"><a href="/ops/login">Log in again</a></p>`,
  };
}

export function waitText(seconds: number): string {
  return `Too many wrong passwords. Try again in ${seconds} seconds.`;
}

export function wrongText({ haveNames }: Pick<OpsUsers, "haveNames">): string {
  return haveNames ? "That name or that password is wrong." : "That password is wrong.";
}
