import { relative } from "node:path";
import picocolors from "picocolors";

/** What a person sees: one line at a time, coloured only where colour means something. */
export interface Terminal {
  readonly colors: ReturnType<typeof picocolors.createColors>;
  /** A line under a name, padded so that the names of all processes line up. */
  say(name: string, text: string): void;
  print(text: string): void;
}

/** @param write receives lines without their newline. */
export function createTerminal(options: { write: (line: string) => void; colored: boolean }): Terminal {
  // Decided by the caller, because the library's own guess colours the log of a CI run as well.
  const colors = picocolors.createColors(options.colored);
  return {
    colors,
    say: (name, text) => options.write(`${colors.cyan(name.padEnd(10))} ${colors.dim("|")} ${text}`),
    print: options.write,
  };
}

/** A path as a person names it: from where they are when it lies below, else in full. */
export function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}
