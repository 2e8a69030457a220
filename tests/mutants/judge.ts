import type { Mutant } from "./mutant.ts";
import { createSandbox, type Sandbox } from "./sandbox.ts";

/** A mutant with the name of its group, which the result is told by. */
export type ChosenMutant = Mutant & { readonly group: string };

export interface JudgedMutant extends ChosenMutant {
  readonly isNoticed: boolean;
}

export interface JudgeOptions {
  readonly root: string;
  /** Each has a copy of the tree for itself. */
  readonly atOnce: number;
  readonly say: (line: string) => void;
}

/** @throws Error when tests fail without any change, as nothing can be said of mutants then. */
export async function judgeMutants(
  mutants: readonly ChosenMutant[],
  { root, atOnce, say }: JudgeOptions,
): Promise<readonly JudgedMutant[]> {
  const sandboxes = await Promise.all(Array.from({ length: atOnce }, () => createSandbox(root)));
  const judged: JudgedMutant[] = [];
  const waiting = [...mutants];
  const work = async (sandbox: Sandbox) => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const failure = await sandbox.failureWith(mutant);
      const isNoticed = failure !== undefined;
      judged.push({ ...mutant, isNoticed });
      const word = isNoticed ? "noticed " : mutant.equivalent === undefined ? "SURVIVED" : "same    ";
      // A test of something else that fails has not noticed it: on a busy machine it may have run out of time.
      const by = isNoticed ? `\n    by ${failedTest(failure)}` : "";
      say(`${judged.length}/${mutants.length} ${word} ${mutant.file}: ${mutant.breaks}${by}`);
    }
  };
  try {
    await checkUnchanged(mutants, sandboxes);
    await Promise.all(sandboxes.map(work));
  } finally {
    await Promise.all(sandboxes.map((sandbox) => sandbox.close()));
  }
  return judged;
}

/** The test that failed, in what vitest says. */
function failedTest(failure: string): string {
  // A file without a test is one that was given up when a test of another file had failed.
  return /^ *FAIL +(.+ > .+)$/m.exec(failure)?.[1] ?? failure.trim().split("\n").at(-1) ?? "";
}

async function checkUnchanged(mutants: readonly Mutant[], [sandbox]: readonly Sandbox[]): Promise<void> {
  const failure = await sandbox?.failureOf([...new Set(mutants.flatMap(({ tests }) => tests))]);
  if (failure !== undefined) throw new Error(`tests fail without any change:\n${failure}`);
}
