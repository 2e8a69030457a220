import type { IncomingMessage } from "node:http";
import { findBodyFault } from "@switchyard/runtime/body-form";
import type { Refusal } from "../entrance/entrance.ts";

/**
 * The body of a request, or why it is not read to its end; undefined: its peer is gone. The time it may take is the server's
 * business.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | Refusal | undefined> {
  const { "content-length": length } = request.headers;
  const fault = findBodyFault(request.headers);
  if (fault !== undefined) return { status: 415, reason: fault };
  const tooLarge = { status: 413, reason: `the body is larger than ${maxBytes} bytes` };
  if (Number(length ?? 0) > maxBytes) return tooLarge;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // The answer goes over the same socket, so the request is not to be destroyed here.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBytes) return tooLarge;
      chunks.push(chunk as Buffer);
    }
  } catch {
    return undefined;
  }
  return request.complete ? Buffer.concat(chunks) : undefined;
}
