import { writeFileSync } from "node:fs";
import { help, readCommandLine, UsageError } from "./command-line.ts";
import { judgeFile, type JudgedFile } from "./judge-file.ts";
import { readSettingsFile, UnreadableFileError } from "./read-file.ts";
import { isWhole, renderReport } from "./report.ts";

export interface Outputs {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Judges the file that the words name. @returns the exit code */
export function runCommand(words: readonly string[], { print, complain }: Outputs): number {
  try {
    const { path, isJson, isHelp, write } = readCommandLine(words);
    if (isHelp) {
      print(help);
      return 0;
    }
    const judged = judgeFile(readSettingsFile(path));
    // Secrets stand in it, so it is for its owner alone.
    if (write !== undefined) {
      writeFileSync(write, `${JSON.stringify(judged.settings, undefined, 2)}\n`, { flag: "wx", mode: 0o600 });
    }
    print(isJson ? renderJson(judged) : renderReport(path, judged));
    if (write !== undefined && !isJson) print(`\n${written(write, judged)}\n`);
    return isWhole(judged) ? 0 : 1;
  } catch (error) {
    // An error with a code is of an option that is not known, or of the file that is written.
    const isOfCaller = error instanceof UnreadableFileError || error instanceof UsageError;
    if (!isOfCaller && (error as NodeJS.ErrnoException).code === undefined) throw error;
    complain((error as Error).message);
    return 2;
  }
}

function written(target: string, judged: JudgedFile): string {
  const rest = isWhole(judged)
    ? ""
    : " What is refused stands in it as it was; a hub may not start with it until that is changed.";
  return `Written to ${target}, for its owner alone: secrets stand in it.${rest}`;
}

function renderJson({ judgements, problems }: JudgedFile): string {
  const verdicts = judgements.map(({ path: key, verdict, says }) => ({ key, verdict, ...(says !== "" && { says }) }));
  return `${JSON.stringify({ verdicts, problems }, undefined, 2)}\n`;
}
