import { isLoopback } from "@switchyard/runtime/client-address";
import type { FastifyRequest } from "fastify";
import { ApiError } from "../errors/api-error.ts";
import type { Scope } from "../scope.ts";

/**
 * Everything of a demo scope answers only to this machine, opened under one of its own names: these routes give out the API
 * key, tokens for any user and pushes without a key.
 *
 * A hostile page can point a name of its own at 127.0.0.1 and so become "the same origin" (DNS rebinding). Its Host header is
 * still that name; but such a page may add headers like `X-Forwarded-Host` as it likes. So nothing forwarded is ever
 * believed here, it can only be a reason to refuse: each address and each host name that a request tells, by its socket or
 * by its headers, must be this machine's.
 */
export function onlyFromThisMachine(scope: Scope): void {
  scope.addHook("onRequest", async ({ headers, raw }: FastifyRequest) => {
    const addresses = [raw.socket.remoteAddress ?? "", ...listed(headers["x-forwarded-for"])];
    const hosts = [headers.host ?? "", ...listed(headers["x-forwarded-host"])];
    if (addresses.every(isLoopback) && hosts.every(isOwnName)) return;
    throw new ApiError(
      "forbidden",
      "the demo answers to this machine only; open it there as http://localhost:<port> or http://127.0.0.1:<port>",
    );
  });
}

/** A list may come in one header or in several. */
function listed(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((value) => value.split(","))
    .map((value) => value.trim());
}

function isOwnName(host: string): boolean {
  const name = /^(localhost|[\d.]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.exec(host)?.[1]?.toLowerCase() ?? "";
  return name === "localhost" || isLoopback(name.replace(/^\[(.*)\]$/, "$1"));
}
