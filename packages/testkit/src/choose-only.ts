/**
 * What `--only` of a command leaves of all there is. One that matches nothing is an error: a misspelt name would look like a run in
 * which nothing was found.
 */
export function chooseOnly<T>(
  all: readonly T[],
  only: string | undefined,
  matches: (one: T, only: string) => boolean,
): readonly T[] {
  const chosen = only === undefined || only === "" ? all : all.filter((one) => matches(one, only));
  if (chosen.length > 0) return chosen;
  console.error(`--only ${only}: nothing matches; see --help`);
  return process.exit(2);
}
