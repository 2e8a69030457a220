/**
 * Why a Redis server gave up, in one line, from what it wrote before it went. Its important lines are marked with
 * `#`; of those, WARNING is advice about the machine and never the cause.
 */
export function explainRedisFailure(output: readonly string[], place: { directory: string; port: number }): string {
  for (const { pattern, explain } of knownCauses) {
    const match = output.map((line) => pattern.exec(line)).find((found) => found !== null);
    if (match != null) return explain(match, place);
  }
  const words = output.filter((line) => line.trim() !== "" && !line.includes("WARNING"));
  const last = words.findLast((line) => / # /.test(line)) ?? words.at(-1) ?? "it wrote nothing";
  return last.replace(/^\d+:\w \d+ \w+ \d+ [\d:.]+ [.\-*#] /, "").trim();
}

interface KnownCause {
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray, place: { directory: string; port: number }) => string;
}

const knownCauses: readonly KnownCause[] = [
  {
    pattern: /Address already in use/,
    explain: (_, { port }) => `port ${port} is taken; stop the process that holds it or choose another port`,
  },
  {
    pattern: /Can't chdir to '[^']*': (.*)|Permission denied/,
    explain: (match, { directory }) => `cannot use the directory ${directory}: ${match[1] ?? "Permission denied"}`,
  },
  {
    pattern:
      /(Bad file format reading|Unexpected end of file reading|Unrecoverable error reading) the append only file/,
    explain: (_, { directory }) =>
      `its append-only file is damaged; repair it with \`redis-check-aof --fix\` on the manifest in ${directory}/appendonlydir, or delete ${directory} to start empty`,
  },
  {
    pattern: /Can't handle RDB format version (\d+)/,
    explain: (match, { directory }) =>
      `the data in ${directory} was written by a newer Redis (format ${match[1]}); install that one, or delete the directory to start empty`,
  },
  { pattern: /No space left on device/, explain: (_, { directory }) => `no space left on the disk of ${directory}` },
];
