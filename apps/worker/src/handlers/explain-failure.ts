import { cutText } from "@switchyard/runtime/cut-text";

/** Lines of stderr that are kept for the log. */
const tailLines = 5;
/** Of a line. */
const lineMaxLength = 2_000;
/** PHP's uncaught exceptions: the reason comes first and `thrown in … on line 3` last. With display_errors alone it goes to stdout. */
const phpFatal = /^(?:PHP )?(?:Fatal|Parse) error:/;

/** What a program wrote that may explain its failure. It holds a few lines, however much is written. */
export interface FailureNotes {
  stderr(line: string): void;
  /** A line that is not JSON for us. */
  stdout(line: string): void;
  /** Whether it wrote such lines to stdout. */
  readonly hasText: boolean;
  /** The last lines of stderr, for the log. */
  readonly tail: readonly string[];
  /** The one line that says why: PHP's fatal error, else the last line of stderr, else of stdout. Empty: it wrote none. */
  reason(): string;
}

export function createFailureNotes(): FailureNotes {
  const tail: string[] = [];
  let lastText = "";
  let fatal: string | undefined;
  const read = (raw: string) => {
    const line = cutText(raw.trim(), lineMaxLength);
    if (phpFatal.test(line)) fatal = line;
    return line;
  };
  return {
    tail,
    get hasText() {
      return lastText !== "";
    },
    stderr(raw) {
      const line = read(raw);
      if (line === "") return;
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
    },
    stdout(raw) {
      lastText = read(raw) || lastText;
    },
    reason: () => fatal ?? tail.at(-1) ?? lastText,
  };
}
