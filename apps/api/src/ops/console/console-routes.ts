import type { FastifyReply, FastifyRequest } from "fastify";
import { ApiError } from "../../errors/api-error.ts";
import { orUnavailable } from "../../errors/or-unavailable.ts";
import type { Scope } from "../../scope.ts";
import type { ConsoleFile } from "./console-files.ts";
import { assetsPath, type ConsolePage, createConsolePage } from "./console-page.ts";
import type { ConsoleVersions } from "./console-versions.ts";

const hide = true;

/** The console at `/ops/console`, whose screens are paths below it, and what it is made of. */
export async function serveConsole(scope: Scope, versions: ConsoleVersions): Promise<void> {
  let made: ConsolePage | undefined;
  const sendPage = async ({ opsSession }: FastifyRequest, reply: FastifyReply) => {
    if (opsSession === undefined) throw new ApiError("internal", "a page without a session");
    const files = await versions.own();
    const page = (made ??= createConsolePage(files));
    return reply
      .header("content-security-policy", page.policy)
      .type("text/html; charset=utf-8")
      .send(page.htmlFor(opsSession));
  };
  scope.get("/ops/console", { schema: { hide } }, sendPage);
  scope.get("/ops/console/*", { schema: { hide } }, sendPage);

  scope.get(`${assetsPath}/:hash/*`, { schema: { hide } }, async ({ params, headers }, reply) => {
    const { hash, "*": path } = params as { readonly hash: string; readonly "*": string };
    // By the hash a page of another version, while apis are replaced one by one, never mixes the two.
    const file = await orUnavailable(versions.find(hash, path));
    if (file === undefined)
      throw new ApiError(
        "version_gone",
        "this version of the console has no such file, or is not kept any more; reload the page",
      );
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
