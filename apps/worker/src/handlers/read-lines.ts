import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";

export interface Line {
  /** Bytes that are not UTF-8 have become U+FFFD. */
  readonly text: string;
  /** It is longer than may be, this is its beginning, and it may not have ended yet. */
  readonly isCut: boolean;
  /** Of one that is cut nothing is said. */
  readonly isUtf8: boolean;
}

export interface LineReader {
  /** Bytes of a line that are kept. */
  readonly maxBytes: number;
  /** Called once for every line with something in it. */
  readonly onLine: (line: Line) => void;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Calls `onLine` for the lines of a stream, the unfinished last one included. It holds one line of `maxBytes` at most, and it
 * reads on whatever comes, so the writer is never blocked. A carriage return ends a line as well: progress bars write
 * megabytes with nothing else. A cut falls between two characters.
 *
 * Rejected: node:readline, which holds a line of any length.
 */
export function readLines(stream: Readable, { maxBytes, onLine }: LineReader): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  let isCut = false;
  const tell = () => {
    const line = Buffer.concat(parts);
    // `stream`: a character cut in two at the end is left out.
    const text = new TextDecoder().decode(line, { stream: isCut });
    parts = [];
    bytes = 0;
    onLine({ text, isCut, isUtf8: isCut || isUtf8(line) });
  };
  const add = (part: Buffer) => {
    if (isCut || part.length === 0) return;
    const kept = part.subarray(0, maxBytes - bytes);
    parts.push(kept);
    bytes += kept.length;
    if (kept.length === part.length) return;
    isCut = true;
    tell();
  };
  const endLine = () => {
    if (bytes > 0) tell();
    isCut = false;
  };
  stream.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = 0; end < chunk.length; end++) {
      if (chunk[end] !== lineFeed && chunk[end] !== carriageReturn) continue;
      add(chunk.subarray(start, end));
      endLine();
      start = end + 1;
    }
    add(chunk.subarray(start));
  });
  stream.on("end", endLine);
}
