import type { Judgement, Verdict } from "./judge.ts";
import type { JudgedFile } from "./judge-file.ts";

/** The worst first: what has to be decided before anything else is worth reading. */
const headings: readonly (readonly [Verdict, string])[] = [
  ["refused", "refused: cannot be had; what to do instead"],
  ["moved", "moved: another key has the value"],
  ["differs", "differs: taken, and not quite the same"],
  ["ignored", "ignored: left out, nothing is lost"],
  ["taken", "taken as it is"],
];

/** For people, in lines; values are never in it, as some are secrets. */
export function renderReport(path: string, { judgements, problems }: JudgedFile): string {
  const sections = headings.flatMap(([verdict, heading]) => {
    const found = judgements.filter((judgement) => judgement.verdict === verdict);
    return found.length === 0 ? [] : ["", `${heading} (${found.length})`, ...render(found)];
  });
  const more = problems.length === 0 ? [] : ["", "besides, at the start", ...problems.map((problem) => `  ${problem}`)];
  const counts = headings.map(([verdict]) => `${countOf(judgements, verdict)} ${verdict}`);
  return [`${path}: ${counts.join(", ")}`, ...sections, ...more, ""].join("\n");
}

function render(judgements: readonly Judgement[]): string[] {
  const said = judgements.filter(({ says }) => says !== "").map(({ path, says }) => `  ${path}: ${says}`);
  const silent = judgements.filter(({ says }) => says === "").map(({ path }) => path);
  return silent.length === 0 ? said : [...said, `  ${silent.join(", ")}`];
}

function countOf(judgements: readonly Judgement[], verdict: Verdict): number {
  return judgements.filter((judgement) => judgement.verdict === verdict).length;
}

/** Whether all that the file asks for can be had. */
export function isWhole({ judgements, problems }: JudgedFile): boolean {
  return problems.length === 0 && countOf(judgements, "refused") === 0;
}
