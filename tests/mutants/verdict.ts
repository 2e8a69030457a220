import type { JudgedMutant } from "./judge.ts";

/** What a suite has to notice of all that is not equivalent. */
const shareNoticedMin = 0.95;

/** Enough was noticed, and nothing that is said to be equivalent. */
export function isGood(judged: readonly JudgedMutant[]): boolean {
  const { counted, noticed, misjudged } = countsOf(judged);
  return noticed.length >= counted.length * shareNoticedMin && misjudged.length === 0;
}

export function describeVerdict(judged: readonly JudgedMutant[]): string {
  const { counted, noticed, survivors, misjudged } = countsOf(judged);
  return [
    ...survivors.map(({ file, breaks }) => `nothing notices: ${file}: ${breaks}`),
    ...misjudged.map(({ file, breaks }) => `noticed, so not equivalent: ${file}: ${breaks}`),
    `${noticed.length} of ${counted.length} noticed, ${judged.length - counted.length} equivalent`,
  ].join("\n");
}

/** Markdown: the date, a row for each group, and the survivors. */
export function tableOf(judged: readonly JudgedMutant[], now = new Date()): string {
  const names = [...new Set(judged.map(({ group }) => group))];
  const rows = names.map((name) =>
    rowOf(
      name,
      judged.filter(({ group }) => group === name),
    ),
  );
  const { survivors } = countsOf(judged);
  return [
    `${now.toISOString().slice(0, 10)}, \`npm run mutants -- --write\`:`,
    "",
    "| group | changes | noticed | equivalent | survived |",
    "| --- | --: | --: | --: | --: |",
    ...rows,
    rowOf("all", judged),
    "",
    ...survivors.map(({ file, breaks }) => `- survived: \`${file}\`: ${breaks}`),
    ...(survivors.length === 0 ? [] : [""]),
  ].join("\n");
}

function rowOf(name: string, judged: readonly JudgedMutant[]): string {
  const { counted, noticed, survivors } = countsOf(judged);
  return `| ${[name, judged.length, noticed.length, judged.length - counted.length, survivors.length].join(" | ")} |`;
}

function countsOf(judged: readonly JudgedMutant[]) {
  const counted = judged.filter(({ equivalent }) => equivalent === undefined);
  return {
    counted,
    noticed: counted.filter(({ isNoticed }) => isNoticed),
    survivors: counted.filter(({ isNoticed }) => !isNoticed),
    misjudged: judged.filter(({ equivalent, isNoticed }) => equivalent !== undefined && isNoticed),
  };
}
