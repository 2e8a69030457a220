import { setTimeout as wait } from "node:timers/promises";
import { pino, type Logger } from "pino";

/** What pino writes to: the part of SonicBoom that is used here. */
interface LogStream {
  destroyed: boolean;
  write: (text: string) => boolean;
  flushSync: () => void;
  end: () => void;
  once(event: "close" | "error", listener: () => void): void;
}

const patienceMs = 1_000;

/**
 * Writes what the log still holds, as the last thing before a process exits. Lines after it are dropped.
 *
 * pino would do it while the process exits and after each line of level `fatal`, and tries there for as long as it takes: when the reader of
 * the log is gone in the middle of a write, that is for ever, and a worker whose pool was killed stayed behind. Here the failed write arrives
 * as an event, which pino takes as the end of the log; a reader that is there and reads nothing is waited for {@link patienceMs}.
 *
 * @param sayLast writes the last line
 */
export async function finishLog(logger: Logger | undefined, sayLast?: () => void): Promise<void> {
  const stream = (logger as Readonly<Record<symbol, LogStream>> | undefined)?.[pino.symbols.streamSym];
  if (stream === undefined || stream.destroyed) return;
  stream.flushSync = () => undefined;
  sayLast?.();
  const finished = new Promise<void>((resolve) => {
    for (const event of ["close", "error"] as const) stream.once(event, resolve);
  });
  stream.end();
  stream.write = () => true;
  await Promise.race([finished, wait(patienceMs)]);
}
