import { smallFiles } from "./small-files.ts";

export const linesMax = 250;
/** Below it a file costs its reader more, to open and to place, than it tells. */
export const linesMin = 15;

/**
 * What is wrong with the sizes of source files. A small one stands in the list with the reason why it is one by itself; what stands in
 * the list and is not small, or not there, is a reason that has gone stale.
 *
 * @param lines by path
 */
export function findSizeFaults(
  lines: ReadonlyMap<string, number>,
  reasons: Readonly<Record<string, string>> = smallFiles,
): readonly string[] {
  const small = Array.from(lines).flatMap(([path, count]) => (count < linesMin ? [path] : []));
  const patterns = Object.keys(reasons).map((pattern) => ({ pattern, matches: matcherOf(pattern) }));
  return [
    ...Array.from(lines).flatMap(([path, count]) =>
      count > linesMax ? [`${path}: ${count} lines; ${linesMax} at most, so part it where its subject parts`] : [],
    ),
    ...small.flatMap((path) =>
      patterns.some(({ matches }) => matches.test(path))
        ? []
        : [
            `${path}: ${lines.get(path)} lines; put it where it is read, or give a reason in tests/house/small-files.ts`,
          ],
    ),
    ...patterns.flatMap(({ pattern, matches }) =>
      small.some((path) => matches.test(path))
        ? []
        : [`tests/house/small-files.ts: ${pattern} is no small file; take it out`],
    ),
  ];
}

/** `*` stands for what is between two slashes. */
function matcherOf(pattern: string): RegExp {
  return new RegExp(
    `^${pattern
      .split("*")
      .map((part) => RegExp.escape(part))
      .join("[^/]*")}$`,
  );
}
