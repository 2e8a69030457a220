import type { IncomingHttpHeaders } from "node:http";

/**
 * What is wrong with the form a request says its body has; for the client, with status 415. Bodies are read as they come, so one that says
 * that it is packed, or text of another charset, would be read as something else than was sent.
 */
export function findBodyFault(
  headers: Pick<IncomingHttpHeaders, "content-encoding" | "content-type">,
): string | undefined {
  const { "content-encoding": encoding = "identity", "content-type": type = "" } = headers;
  if (encoding === "identity" && !type.includes(";")) return undefined;
  // A few bytes of it could become gigabytes.
  if (encoding.trim().toLowerCase() !== "identity") return "the body must not be compressed";
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type) ?? [];
  return /^(?:utf-?8|us-ascii)$/i.test(charset) ? undefined : "send the body as UTF-8";
}
