import type { CookieSerializeOptions } from "@fastify/cookie";
import type { FastifyReply, FastifyRequest } from "fastify";

/**
 * Cookies of these pages. Behind HTTPS their names begin with `__Host-`: a browser takes such a cookie only from this very host, over
 * HTTPS and for all of its paths, so a neighbour's subdomain cannot plant a login of its own. Plain HTTP is for development, where no
 * browser would take one.
 */
export interface OpsCookie {
  read(request: FastifyRequest): string;
  set(reply: FastifyReply, value: string, lifeMs: number): void;
  clear(reply: FastifyReply): void;
}

export const sessionCookie = opsCookie("sy_ops");

export function opsCookie(name: string): OpsCookie {
  const nameFor = (request: FastifyRequest) => (isSecure(request) ? `__Host-${name}` : name);
  return {
    // One of the other name is somebody else's, even when it is all there is.
    read: (request) => request.cookies[nameFor(request)] ?? "",
    set(reply, value, lifeMs) {
      const maxAge = Math.ceil(lifeMs / 1_000);
      reply.setCookie(nameFor(reply.request), value, { ...optionsFor(reply.request), maxAge });
    },
    clear: (reply) => void reply.clearCookie(nameFor(reply.request), optionsFor(reply.request)),
  };
}

/** Lax, not Strict: a link from a chat and the way back from a login elsewhere must find the cookie. */
function optionsFor(request: FastifyRequest): CookieSerializeOptions {
  const secure = isSecure(request);
  return { path: secure ? "/" : "/ops", httpOnly: true, sameSite: "lax", secure };
}

/**
 * Whoever says that a request came by HTTPS is believed, trusted proxy or not: a lie only keeps the liar's own cookie from
 * travelling.
 */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  const forwarded = [headers["x-forwarded-proto"]].flat();
  return protocol === "https" || forwarded.some((proto) => /\bhttps\b/i.test(proto ?? ""));
}
