import { createHash } from "node:crypto";
import type { FastifyReply } from "fastify";

const style = `
:root { color-scheme: light dark; --ink: #16181d; --soft: #5c6370; --paper: #fff; --ground: #f4f5f7; --line: #d8dbe2; --accent: #3b5bdb; --bad: #c92a2a }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceef2; --soft: #9aa3b2; --paper: #1c1f26; --ground: #12141a; --line: #333844; --accent: #91a7ff; --bad: #ff8787 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif }
main { width: min(24rem, 100%); padding: 2rem; background: var(--paper); border: 1px solid var(--line); border-radius: .75rem }
h1 { margin: 0 0 .25rem; font-size: 1.25rem }
p { margin: 0 0 1.25rem; color: var(--soft) }
label { display: block; margin-bottom: .375rem; font-size: .875rem; font-weight: 600 }
input, button { width: 100%; padding: .625rem .75rem; border-radius: .5rem; font: inherit }
input { border: 1px solid var(--line); background: var(--ground); color: inherit }
button { margin-top: 1rem; border: 0; background: var(--accent); color: var(--paper); font-weight: 600; cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
[role=alert] { color: var(--bad) }
code { padding: .125rem .25rem; border-radius: .25rem; background: var(--ground); color: var(--ink); overflow-wrap: anywhere }
`;

/** The one inline style is allowed by its hash, so the page needs no file and the policy no `unsafe-inline`. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Sends one of the few pages of our own under `/ops`. `body` is ours alone: nothing a request said is ever put in. */
export function sendOpsPage(reply: FastifyReply, page: { status: number; title: string; body: string }): FastifyReply {
  return reply.code(page.status).header("content-security-policy", policy).type("text/html; charset=utf-8")
    .send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title} · Switchyard</title>
<style>${style}</style>
</head>
<body><main><h1>${page.title}</h1>
${page.body}
</main></body>
</html>
`);
}
