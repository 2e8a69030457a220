import { settingsProblems } from "@switchyard/runtime/load-settings";
import { type Judgement, judge } from "./judge.ts";
import { leavesOf, setAt } from "./leaves.ts";
import type { File } from "./rule.ts";

export interface JudgedFile {
  /** In the order of the file. */
  readonly judgements: readonly Judgement[];
  /** What the file amounts to here: all of it that can be had. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Why a process would not start with these settings that belongs to no single key. */
  readonly problems: readonly string[];
}

/** Judges every key, and the settings they come to as a process would at its start. */
export function judgeFile(file: File): JudgedFile {
  const judged = leavesOf(file).map((leaf) => judge(leaf, file));
  const settings: Record<string, unknown> = {};
  const sourceOf = new Map<string, string>();
  for (const { path, writes } of judged) {
    for (const [target, value] of Object.entries(writes)) {
      setAt(settings, target, value);
      sourceOf.set(target, path);
    }
  }
  const problemOf = new Map<string, string>();
  const others: string[] = [];
  for (const problem of settingsProblems(settings)) {
    const [field = "", text = ""] = problem.split(/: (.*)/s);
    const source = sourceOf.get(field) ?? sourceOf.get(field.replace(/\[\d+\]$/, ""));
    if (source === undefined) others.push(problem);
    else problemOf.set(source, field === source ? text : problem);
  }
  const judgements = judged.map((judgement): Judgement => {
    const problem = problemOf.get(judgement.path);
    return problem === undefined ? judgement : { ...judgement, verdict: "refused", says: problem };
  });
  return { judgements, settings, problems: others };
}
