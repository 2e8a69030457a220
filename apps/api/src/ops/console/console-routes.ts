import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../../errors/api-error.ts";
import type { Scope } from "../../scope.ts";
import { type ConsoleFile, type ConsoleFiles, readConsoleFiles } from "./console-files.ts";
import { assetsPath, type ConsolePage, createConsolePage } from "./console-page.ts";

const hide = true;

/** The console at `/ops/console`, whose screens are paths below it, and what it is made of. */
export async function serveConsole(scope: Scope): Promise<void> {
  // At the first request: an api that nobody looks at reads none of it.
  let made: Promise<{ readonly files: ConsoleFiles; readonly page: ConsolePage }> | undefined;
  const make = () => (made ??= readConsoleFiles().then((files) => ({ files, page: createConsolePage(files) })));

  const sendPage = async ({ opsSession }: FastifyRequest, reply: FastifyReply) => {
    if (opsSession === undefined) throw new ApiError("internal", "a page without a session");
    const { page } = await make();
    return reply
      .header("content-security-policy", page.policy)
      .type("text/html; charset=utf-8")
      .send(page.htmlFor(opsSession));
  };
  scope.get("/ops/console", { schema: { hide } }, sendPage);
  scope.get("/ops/console/*", { schema: { hide } }, sendPage);

  scope.get(`${assetsPath}/:hash/*`, { schema: { hide } }, async ({ params, headers }, reply) => {
    const { files } = await make();
    const { hash, "*": path } = params as { readonly hash: string; readonly "*": string };
    // A page of another version, while apis are replaced one by one: it asks for a reload, and never mixes the two.
    const file = hash === files.hash ? files.files.get(path) : undefined;
    if (file === undefined)
      throw new ApiError("not_found", "the console of this version has no such file; reload the page");
    return sendFile(reply, file, headers["accept-encoding"]);
  });
}

function sendFile(reply: FastifyReply, { type, body, packed }: ConsoleFile, accepted = ""): FastifyReply {
  reply.headers({
    "content-type": type,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
  });
  if (!/\bgzip\b/.test(accepted)) return reply.send(body);
  return reply.header("content-encoding", "gzip").send(packed);
}
