import { html } from "../html.ts";
import type { MissingClaim } from "./oidc-users.ts";

/**
 * For somebody whom the provider knows and who has no role here: what is missing, so that they can ask for it. The way on asks the provider
 * for a new login: it would vouch for the same person again.
 */
export function missingClaimPage({ name, claim, values, needed }: MissingClaim) {
  const has =
    values === undefined || values.length === 0
      ? html`<p>
          The identity provider tells nothing in the claim <code>${claim}</code>. 身份提供方没有给出声明
          <code>${claim}</code>。
        </p>`
      : html`<p>In the claim <code>${claim}</code> it tells: 声明 <code>${claim}</code> 的值为:</p>
          <p>${values.map((value) => html`<code>${value}</code>`)}</p>`;
  return {
    status: 403,
    title: "No role · 没有角色",
    body: html`<p role="alert"><bdi>${name}</bdi> has no role on these pages. 没有访问这些页面的角色。</p>
      ${has}
      <p>One of these is needed (<code>ops.oidc.roles</code>): 需要其中之一:</p>
      <p>${needed.map((value) => html`<code>${value}</code>`)}</p>
      <p><a href="/ops/login?other=1">Log in as somebody else · 以其他身份登录</a></p>`,
  };
}
