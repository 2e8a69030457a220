import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";
import type { Failure } from "./decision.ts";

const maxBytes = 65_536;

/** The text of an answer; one that is longer is let go as soon as that is known, however much is still to come. */
export async function readBody(stream: Readable): Promise<string | Failure> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop destroys the stream, and with it the connection.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes)
      return { kind: "failed", reason: "unreadable", detail: `it is longer than ${maxBytes} bytes` };
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  // Some services begin their answers with a byte order mark, which is not part of the text.
  return isUtf8(body)
    ? new TextDecoder().decode(body)
    : { kind: "failed", reason: "unreadable", detail: "it is not UTF-8" };
}
