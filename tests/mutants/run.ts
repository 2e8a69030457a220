import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { groups } from "./catalogue.ts";
import { mutantsOf, type Mutant } from "./mutant.ts";
import { createSandbox, type Sandbox } from "./sandbox.ts";

const help = `npm run mutants -- [options]

Breaks one promise after the other in a copy of the tree and runs the tests that should notice (tests/mutants/mutant.ts).
Ends with 1 when less than 95 % of those that are not equivalent were noticed, or an equivalent one was.

  --only <text>   groups or files that contain it
  --list          what there is
  --help
`;
const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const chosen = groups.flatMap((group) =>
  mutantsOf(group).filter(({ file }) => `${group.name} ${file}`.includes(values.only)),
);
if (values.list) {
  for (const { file, breaks } of chosen) console.log(`${file}: ${breaks}`);
  process.exit(0);
}
const sandbox = await createSandbox(fileURLToPath(new URL("../..", import.meta.url)));
try {
  process.exitCode = (await judge(chosen, sandbox)) ? 0 : 1;
} finally {
  await sandbox.close();
}

async function judge(mutants: readonly Mutant[], tree: Sandbox): Promise<boolean> {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const failure = await tree.failureOf(tests);
  if (failure !== undefined) {
    console.error(`Without any change the tests fail, so nothing can be said of mutants:\n${failure}`);
    return false;
  }
  let noticed = 0;
  const survivors: Mutant[] = [];
  const misjudged: Mutant[] = [];
  for (const [index, mutant] of mutants.entries()) {
    const isNoticed = (await tree.failureWith(mutant)) !== undefined;
    if (mutant.equivalent === undefined) {
      if (isNoticed) noticed += 1;
      else survivors.push(mutant);
    } else if (isNoticed) misjudged.push(mutant);
    const verdict = isNoticed ? "noticed " : mutant.equivalent === undefined ? "SURVIVED" : "same    ";
    console.log(`${index + 1}/${mutants.length} ${verdict} ${mutant.file}: ${mutant.breaks}`);
  }
  const counted = noticed + survivors.length;
  for (const { file, breaks } of survivors) console.log(`nothing notices: ${file}: ${breaks}`);
  for (const { file, breaks } of misjudged) console.log(`noticed, so not equivalent: ${file}: ${breaks}`);
  console.log(`${noticed} of ${counted} noticed, ${mutants.length - counted} equivalent`);
  return noticed >= counted * 0.95 && misjudged.length === 0;
}
