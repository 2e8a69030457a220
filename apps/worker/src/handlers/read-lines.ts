import type { Readable } from "node:stream";

const lineMaxBytes = 1_048_576;
const newline = 0x0a;

/**
 * Calls `onLine` for every line of a stream, the unfinished last one included, holding one line in memory at most. After a
 * line over 1 MiB it calls `onTooLong` once and ignores the rest; the stream is read on, so that its writer is not blocked.
 *
 * Rejected: node:readline, which holds a line of any length.
 */
export function readLines(stream: Readable, onTooLong: () => void, onLine: (text: string) => void): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  let isTooLong = false;
  const endLine = () => {
    const text = Buffer.concat(parts).toString("utf8");
    parts = [];
    bytes = 0;
    onLine(text.endsWith("\r") ? text.slice(0, -1) : text);
  };
  const add = (part: Buffer) => {
    bytes += part.length;
    if (bytes > lineMaxBytes) {
      isTooLong = true;
      parts = [];
      onTooLong();
    } else parts.push(part);
  };
  stream.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1 && !isTooLong; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end));
      if (!isTooLong) endLine();
      start = end + 1;
    }
    if (!isTooLong && start < chunk.length) add(chunk.subarray(start));
  });
  stream.on("end", () => {
    if (bytes > 0 && !isTooLong) endLine();
  });
}
