/**
 * A mutant is one small change that breaks one promise. The tests of the place it is in must notice it: a suite that stays
 * green over a broken promise does not hold that promise. `npm run mutants` makes each change in a copy of the tree and
 * runs the tests that should fail.
 *
 * A mutant that no test could notice, because the changed code does the same thing in every case, is *equivalent*: it says
 * why, in a sentence, and is not counted. A survivor that is not equivalent is a missing test.
 */
export interface Mutant {
  /** Path from the root of the repository. */
  readonly file: string;
  /** Stands in the file exactly once; a test of the catalogue holds it to that. */
  readonly find: string;
  readonly replace: string;
  /** What is no longer true with the change: a sentence that could stand in the documentation. */
  readonly breaks: string;
  /** Test files, or folders of them, that are run; the first ones are the likeliest to notice. */
  readonly tests: readonly string[];
  /** Why nothing can notice it. Such a mutant is run as well: one that is noticed is not equivalent. */
  readonly equivalent?: string;
}

/** What one place of the tree shares: the folder of its files and the tests that hold them. */
export interface MutantGroup {
  /** As in `--only`. */
  readonly name: string;
  /** Begins each `file`. */
  readonly root: string;
  /** Tests of every mutant of the group, unless it names its own. */
  readonly tests: readonly string[];
  readonly mutants: readonly MutantOfGroup[];
}

export type MutantOfGroup = Omit<Mutant, "tests"> & { readonly tests?: readonly string[] };

export function mutantsOf({ root, tests, mutants }: MutantGroup): Mutant[] {
  return mutants.map((mutant) => ({ tests, ...mutant, file: `${root}/${mutant.file}` }));
}
