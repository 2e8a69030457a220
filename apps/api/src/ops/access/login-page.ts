import { html, type Markup } from "../html.ts";
import type { OpsPage } from "../ops-page.ts";
import type { LoginWords } from "./login-words.ts";
import type { OpsUsers } from "./ops-users.ts";

/** What there is to log in with. */
export interface LoginWays {
  readonly users: Pick<OpsUsers, "haveNames" | "haveShared">;
  /** On the button that leads to the identity provider; undefined: there is none. */
  readonly oidcLabel: string | undefined;
}

export interface LoginView {
  readonly said: LoginWords;
  readonly status: number;
  /** Where to go then. */
  readonly next: string;
  readonly problem?: string | undefined;
  /** As it was given, so that it need not be typed again. */
  readonly name?: string;
  /** Whoever is logged in at the provider is not who wants to come in. */
  readonly isOther?: boolean;
}

export function loginPage(ways: LoginWays, view: LoginView): OpsPage {
  const { said, status, next, problem, isOther = false } = view;
  const { users, oidcLabel } = ways;
  const havePasswords = users.haveNames || users.haveShared;
  const begin = `/ops/login/oidc?next=${encodeURIComponent(next)}${isOther ? "&other=1" : ""}`;
  const isAlone = !havePasswords && { html: "autofocus" };
  return {
    status,
    title: said.title,
    language: said.locale,
    body: html`${problem === undefined ? html`<p>${said.what}</p>` : html`<p role="alert">${problem}</p>`}
    ${oidcLabel !== undefined && html`<a class="button" href="${begin}" ${isAlone}>${oidcLabel}</a>`}
    ${oidcLabel !== undefined && havePasswords && html`<p class="or">${said.orPassword}</p>`}
    ${havePasswords && passwordForm(ways, view)}`,
  };
}

function passwordForm({ users: { haveNames, haveShared } }: LoginWays, { said, next, name = "" }: LoginView): Markup {
  const isNameKnown = !haveNames || name !== "";
  const nameField = html`<label for="name">${haveShared ? said.nameOrShared : said.name}</label>
    <input
      id="name"
      name="name"
      maxlength="64"
      autocomplete="username"
      value="${name}"
      ${!isNameKnown && { html: "autofocus" }}
    />`;
  return html`<form method="post" action="/ops/login">
    <input type="hidden" name="next" value="${next}" />
    ${haveNames && nameField}
    <label for="password">${said.password}</label>
    <input
      id="password"
      name="password"
      type="password"
      autocomplete="current-password"
      required
      ${isNameKnown && { html: "autofocus" }}
    />
    <button>${said.logIn}</button>
  </form>`;
}

export function logoutPage(said: LoginWords): OpsPage {
  const body = html`<p>${said.logOutWhat}</p>
    <form method="post" action="/ops/logout"><button>${said.logOut}</button></form>`;
  return { status: 200, title: said.logOut, language: said.locale, body };
}

/** A link and no redirect: the policy of these pages lets no form lead elsewhere, and who wants to stay logged in there may. */
export function loggedOutPage(said: LoginWords, endUrl: string): OpsPage {
  const body = html`<p>${said.loggedInThere}</p>
    <a class="button" href="${endUrl}">${said.logOutThere}</a>
    <p class="or"><a href="/ops/login">${said.logInAgain}</a></p>`;
  return { status: 200, title: said.loggedOut, language: said.locale, body };
}
