import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { consoleFolder } from "@switchyard/console/vendor";
import type { FastifyReply } from "fastify";
import { html, type Markup } from "./html.ts";

/** The colours and elements of the console, and what forms are here. */
const base = `${["tokens", "base"].map((name) => readFileSync(new URL(`look/${name}.css`, consoleFolder), "utf8")).join("")}
body { font-size: 1rem; line-height: 1.5 }
label { font-size: .875rem; font-weight: 600 }
input, select, textarea, button { padding: .625rem .75rem; border: 1px solid var(--line-strong); border-radius: .5rem; background: var(--paper); color: inherit; font: 400 1rem/1.5 var(--sans) }
button { border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer }
button:hover { background: var(--accent-strong) }
[role=alert] { color: var(--stop) }
code { padding: .125rem .25rem; border-radius: .25rem; background: var(--sunken); font-size: .875em; overflow-wrap: anywhere }
`;

/** A single question, in the middle. */
const card = `${base}
body { display: grid; place-items: center; padding: 1rem }
main { width: min(24rem, 100%); padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; box-shadow: var(--shadow) }
.brand { margin-bottom: 1.25rem }
h1 { margin: 0 0 .25rem; font-size: 1.25rem }
p { margin: 0 0 1.25rem; color: var(--ink-soft); overflow-wrap: anywhere }
label { display: block; margin: 1rem 0 .375rem }
input, button { width: 100% }
button { margin-top: 1.25rem }
.button { display: block; padding: .625rem .75rem; border: 1px solid var(--accent); border-radius: .5rem; color: var(--accent); font-weight: 600; text-align: center; text-decoration: none }
.or { margin: 1.25rem 0 .75rem; text-align: center }
`;

/** Things to look through. Below 48 rem a row of a table is a block, and each of its cells says what it is. */
const board = `${base}
body { font-size: .875rem; font-variant-numeric: tabular-nums }
a { overflow-wrap: anywhere }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; min-height: 3rem; padding: .25rem clamp(.75rem, 2vw, 1.5rem); background: var(--card); border-bottom: 1px solid var(--line) }
header nav { display: flex; flex: 1; flex-wrap: wrap; gap: .125rem }
header nav a { padding: .25rem .625rem; border-radius: 6px; color: var(--ink-soft); text-decoration: none }
header nav a:hover { background: var(--sunken); color: var(--ink) }
header nav [aria-current] { background: var(--wash); color: var(--accent) }
main { width: min(88rem, 100%); margin: 0 auto; padding: 1rem clamp(.75rem, 2vw, 1.5rem) 4rem }
h1 { margin: 0 0 .5rem; font-size: 1.25rem; line-height: 1.6; overflow-wrap: anywhere }
h2 { margin: 1.75rem 0 .5rem; font-size: .9375rem }
p { margin: .5rem 0; overflow-wrap: anywhere }
ul, ol { margin: .5rem 0; padding-left: 2rem }
ul { list-style: disc }
ol { list-style: decimal }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: .5rem 0 }
label { display: grid; gap: .25rem; flex: 1 1 11rem; max-width: 26rem }
input, select, textarea { width: 100%; min-width: 0; background: var(--card) }
input, select, textarea, button { min-height: 2rem; padding: .25rem .625rem; border-radius: 6px; font-size: .875rem }
td form, td button { margin: 0 }
table { width: 100%; border-spacing: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px }
th, td { padding: .3125rem .875rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere }
thead th { border-top: 0; color: var(--ink-faint); font-size: .8125rem }
small, .soft { color: var(--ink-soft); font-size: .8125rem }
summary { width: fit-content; padding: .25rem 0; color: var(--accent); cursor: pointer }
.tabular { font-variant-numeric: tabular-nums }
.active, .succeeded, .fired { color: var(--clear) }
.failed, .missed, .refused { color: var(--stop) }
.banner { margin: 0; padding: .5rem 1rem; background: var(--stop); color: var(--card) }
/* Buttons of whoever may not act; the guard refuses them in any case. */
.reads form[method=post]:not(.always) { display: none }
@media (max-width: 48rem) {
  thead { position: absolute; clip-path: inset(50%) }
  table, tbody, tr, th, td { display: block }
  tbody tr { padding: .5rem 0; border-top: 1px solid var(--line) }
  tbody tr:first-child { border-top: 0 }
  tbody th, tbody td { padding: .125rem .75rem; border: 0 }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--ink-faint); font-size: .875rem }
}
`;

/** As on the console. */
export const mark: Markup = {
  html: '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M2 17h20M2 7h4.5"/><path class="turnout" d="M5 17h1.6a4 4 0 0 0 3.2-1.6l4.8-6.8A4 4 0 0 1 17.8 7H22"/></svg>',
};

/** The one inline style is allowed by its hash, so a page needs no file and the policy no `unsafe-inline`. No page has a script. */
function sheetOf(style: string) {
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = ["default-src 'none'", `style-src 'sha256-${hash}'`, "form-action 'self'", "base-uri 'none'"];
  // Byte by byte what was hashed: not within a template, which may be laid out anew.
  return { style: { html: `<style>${style}</style>` }, policy: [...policy, "frame-ancestors 'none'"].join("; ") };
}
const sheets = { card: sheetOf(card), board: sheetOf(board) };

export interface OpsPage {
  readonly status: number;
  readonly title: string;
  readonly body: Markup;
  /** Default `card`. */
  readonly layout?: keyof typeof sheets;
  readonly language?: string;
}

/** Sends one of the few pages of our own under `/ops`. A `board` brings its own `header` and `main`. */
export function sendOpsPage(reply: FastifyReply, page: OpsPage): FastifyReply {
  const { status, title, body, layout = "card", language = "en" } = page;
  const { style, policy } = sheets[layout];
  const session = reply.request.opsSession;
  const shown =
    layout === "card"
      ? html`<main>
          <div class="brand">${mark} Switchyard</div>
          <h1>${title}</h1>
          ${body}
        </main>`
      : body;
  const text = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Switchyard</title>
        ${style}
      </head>
      <body ${session?.mayAct === false && { html: 'class="reads"' }}>
        ${layout === "board" && session?.user.isBreakGlass === true && banner(language)} ${shown}
      </body>
    </html> `;
  return reply.code(status).header("content-security-policy", policy).type("text/html; charset=utf-8").send(text.html);
}

/** Nobody's name stands behind what is done by the shared password. */
function banner(language: string): Markup {
  const text = language.startsWith("zh")
    ? "您以共享密码登录（break-glass）。所做的一切都以此名义记录；事情处理完毕后请退出。"
    : "You came in by the shared password (break-glass). What you do is written down under that name; log out when it is done.";
  return html`<p class="banner" role="status">${text}</p>`;
}
