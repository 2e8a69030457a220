import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { chooseOnly } from "@switchyard/testkit/choose-only";
import { groups } from "./catalogue.ts";
import { judgeMutants } from "./judge.ts";
import { mutantsOf } from "./mutant.ts";
import { describeVerdict, isGood, tableOf } from "./verdict.ts";

const help = `npm run mutants -- [options]

Breaks one promise after the other in copies of the tree and runs the tests that should notice (tests/mutants/mutant.ts).
Ends with 1 when less than 95 % of those that are not equivalent were noticed, or an equivalent one was, and with 2 when nothing matches.

  --only <pattern>  groups, files or promises that match it, a regular expression
  --at-once <n>     copies that are broken at the same time; 2 by default
  --write           put the result into docs/mutants.md; for a run over all
  --list            what there is
  --help
`;
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    "at-once": { type: "string", default: "2" },
    write: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const root = fileURLToPath(new URL("../..", import.meta.url));
const all = groups.flatMap((group) => mutantsOf(group).map((mutant) => ({ ...mutant, group: group.name })));
const chosen = chooseOnly(all, values.only, ({ group, file, breaks }, only) =>
  new RegExp(only).test(`${group} ${file}: ${breaks}`),
);
if (values.help) process.stdout.write(help);
else if (values.list) for (const { file, breaks } of chosen) console.log(`${file}: ${breaks}`);
else process.exitCode = (await judge()) ? 0 : 1;

async function judge(): Promise<boolean> {
  const verdict = await judgeMutants(chosen, { root, atOnce: Number(values["at-once"]), say: console.log });
  console.log(describeVerdict(verdict));
  if (values.write) {
    const page = `${root}/docs/mutants.md`;
    const text = await readFile(page, "utf8");
    await writeFile(
      page,
      text.replace(/(<!-- result:begin -->\n)[^]*(<!-- result:end -->)/, `$1\n${tableOf(verdict)}\n$2`),
    );
  }
  return isGood(verdict);
}
