import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { chooseOnly } from "@switchyard/testkit/choose-only";
import { doors, runFuzz, type FuzzReport } from "./fuzz.ts";

const help = `npm run fuzz -- [options]

Sends what no decent client sends through every door of a hub of real processes: the client socket (commands in JSON and in
Protobuf, bytes, tokens), HTTP streams and what goes up beside them, the paths of clients that only listen, pages without a protocol, the HTTP API,
schedules, the dashboards, and the queue in plain Redis. Ends with 1 when a promise was broken (tests/fuzz/fuzz.ts).

  --cases <n>     1 000 000 by default
  --seed <n>      1 by default; the same seed sends the same
  --only <text>   doors whose name contains it
  --write         put the figures into docs/reliability.md
  --help
`;
const { values } = parseArgs({
  options: {
    cases: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const { cases, seed, only } = values;
const report = await runFuzz({
  cases: Number(cases),
  seed: Number(seed),
  doors: chooseOnly(doors, only, ({ name }, text) => name.includes(text)),
  say: (text) => console.error(text),
});
for (const [name, figure] of Object.entries(report.figures)) console.log(`${name}: ${figure}`);
for (const text of report.broken) console.log(`BROKEN ${text}`);
console.log(report.broken.length === 0 ? "every promise kept" : `${report.broken.length} broken`);
if (values.write) await write(report);
process.exitCode = report.broken.length === 0 ? 0 : 1;

async function write({ figures, broken }: FuzzReport): Promise<void> {
  const page = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`;
  const text = [
    `${new Date().toISOString().slice(0, 10)}, ${machine}; \`npm run fuzz -- --cases ${cases} --seed ${seed} --write\`: ${broken.length} broken promises.`,
    "",
    ...Object.entries(figures).map(([name, figure]) => `- ${name}: ${figure}`),
    ...broken.map((what) => `- broken: ${what}`),
  ].join("\n");
  const old = await readFile(page, "utf8");
  await writeFile(
    page,
    old.replace(
      /(<!-- fuzz:begin -->\n)[^]*(<!-- fuzz:end -->)/,
      () => `<!-- fuzz:begin -->\n\n${text}\n\n<!-- fuzz:end -->`,
    ),
  );
}
