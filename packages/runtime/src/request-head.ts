import type { IncomingMessage, ServerResponse } from "node:http";
import { refusalBody } from "./refusal-body.ts";

/** What is wrong with a request's head beyond what Node's parser finds. */
export interface HeadFault {
  readonly status: 400 | 505;
  readonly reason: string;
}

type Head = Pick<IncomingMessage, "httpVersion" | "headers" | "rawHeaders">;

/**
 * Judges version and Host (RFC 9112, sections 2.3 and 3.2). Node takes "HTTP/2.0" for a version, keeps the first of two hosts,
 * and asks for one only where there is no upgrade; a proxy before us that keeps the last would have routed another request
 * than the one we answer.
 */
export function findHeadFault({ httpVersion, headers: { host }, rawHeaders }: Head): HeadFault | undefined {
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return { status: 505, reason: "this server speaks HTTP/1.1" };
  if (countHosts(rawHeaders) > 1) return { status: 400, reason: "there is more than one Host header" };
  if (host === undefined && httpVersion === "1.1") return { status: 400, reason: "the Host header is missing" };
  if (/[\s/?#,\\]/.test(host ?? "")) return { status: 400, reason: "the Host header is no host" };
  return undefined;
}

/** Names and values in turn. Node's own lists by name (`headersDistinct`) are made of all headers the first time one is asked for. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") count += 1;
  }
  return count;
}

/** Answers and closes, for what follows such a head may mean anything. */
export function answerHeadFault(response: ServerResponse, { status, reason }: HeadFault): void {
  const body = refusalBody(status, reason);
  const length = Buffer.byteLength(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": length, connection: "close" });
  response.end(body);
}

/** What is asked for behind the path; empty where there is nothing. */
export function requestQuery({ url = "/" }: Pick<IncomingMessage, "url">): URLSearchParams {
  const [, query = ""] = /\?([^#]*)/.exec(url) ?? [];
  return new URLSearchParams(query);
}

/** The path that is asked for, without the query, also where the request names the whole address (RFC 9112, section 3.2.2). */
export function requestPath({ url = "/" }: Pick<IncomingMessage, "url">): string {
  const [, absolute] = /^https?:\/\/[^/?#]*([^?#]*)/i.exec(url) ?? [];
  return absolute === undefined ? (url.split("?", 1)[0] ?? "/") : absolute || "/";
}
