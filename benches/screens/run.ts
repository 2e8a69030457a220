import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { empty } from "./empty.ts";
import { failing } from "./failing.ts";
import { full } from "./full.ts";
import { looks, nameOf } from "./stage.ts";
import { type Picture, takePictures } from "./take-pictures.ts";
import { writeIndex } from "./write-index.ts";

const help = `npm run screens -- <folder> [options]

Starts a real hub that is empty, one in which things fail and one that is full, opens every screen of the operators' console in both
languages and themes, at 1280 and 390 px, and writes pictures and an index.html into the folder.

  --only <text>   pictures whose name has it, such as failing-, overview, -zh-dark-390; several by commas must all be in it
  --tasks <n>     in the full hub, default 100000
  --help
`;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "" },
    tasks: { type: "string", default: "100000" },
    help: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
const tasks = Number(values.tasks);
if (values.help || folder === undefined || positionals.length > 1 || !(tasks >= 1_000 && tasks <= 1_000_000)) {
  if (!values.help) process.stderr.write("Name one folder, and from 1000 to 1000000 --tasks.\n\n");
  process.stderr.write(help);
  process.exit(values.help ? 0 : 2);
}
const parts = values.only.split(",");
const isWanted = (name: string) => parts.every((part) => name.includes(part));
const stages = [empty, failing, full(tasks)].filter((stage) =>
  stage.screens.some((screen) => looks.some((look) => isWanted(nameOf(stage, screen, look)))),
);
if (stages.length === 0) {
  process.stderr.write(`--only ${values.only}: nothing matches; see --help\n`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
const say = (line: string) => console.log(line);
const { chromium: executablePath } = await ensurePrograms(
  { chromium: programs.chromium },
  { environment: process.env, say },
);
const pictures: Picture[] = [];
for (const stage of stages) {
  say(`${stage.name}: ${stage.about}`);
  pictures.push(...(await takePictures(stage, { executablePath, folder, isWanted, say })));
  writeIndex(folder, pictures);
}
say(`${pictures.length} pictures in ${folder}`);
