import { cpus, loadavg } from "node:os";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { chooseOnly } from "@switchyard/testkit/choose-only";
import { carriers } from "@switchyard/testkit/lean-line";
import { carrierFaults, gatewayFaults, inputFaults, loadFaults, redisFaults, redisLineFaults } from "./catalogue.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import { scheduleFaults } from "./schedule-catalogue.ts";
import { poolVariable } from "./tasks/pooled-worker.ts";
import { taskFaults } from "./task-catalogue.ts";

const help = `npm run faults -- [options]         faults of gateways, Redis and clients
npm run faults:tasks -- [options]   faults of tasks and workers
npm run faults:schedules -- [options]
                                    faults that meet schedules

Goes through the catalogue with a new seed each time until the minutes are over, at least once.

  --minutes <n>   default 10
  --seed <n>      of the first pass, default 1; the same seed makes the same choices
  --only <id>     one fault, such as F03
  --carrier <c>   http_stream or sse instead of WebSockets: the faults that depend on it
  --large         more clients, longer outages, more rounds
  --pool          faults of tasks, with every worker a pool of processes
  --write         puts every run into docs/reliability.md, kept promises or not
  --help
`;
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    carrier: { type: "string", default: "websocket" },
    large: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    tasks: { type: "boolean", default: false },
    schedules: { type: "boolean", default: false },
    pool: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const carrier = carriers.find((name) => name === values.carrier);
if (carrier === undefined) {
  console.error(`--carrier ${values.carrier}: there are ${carriers.join(", ")}`);
  process.exit(2);
}
if (values.pool) process.env[poolVariable] = "true";
const onStreams = carrier !== "websocket";
const ofClients = onStreams
  ? carrierFaults
  : [...gatewayFaults, ...loadFaults, ...redisFaults, ...redisLineFaults, ...inputFaults];
const kinds = [
  {
    isAsked: values.schedules,
    catalogue: scheduleFaults,
    command: "npm run faults:schedules",
    section: "schedule runs",
  },
  {
    isAsked: values.tasks,
    catalogue: taskFaults,
    command: "npm run faults:tasks",
    section: values.pool ? "pool runs" : "task runs",
  },
];
const clientRuns = onStreams ? `${carrier} runs` : "runs";
const { catalogue, command, section } = kinds.find(({ isAsked }) => isAsked) ?? {
  catalogue: ofClients,
  command: "npm run faults",
  section: clientRuns,
};
const scenarios = chooseOnly(catalogue, values.only, ({ id }, only) => id === only);
const endMs = performance.now() + Number(values.minutes) * 60_000;
const runs = new Map<Scenario, string[]>(scenarios.map((scenario) => [scenario, []]));
let count = 0;
let failures = 0;
for (let seed = Number(values.seed); count === 0 || performance.now() < endMs; seed++) {
  for (const scenario of scenarios) {
    const beganMs = performance.now();
    const outcome = await runOne(scenario, seed);
    failures += outcome.broken.length > 0 ? 1 : 0;
    count += 1;
    const line = lineOf(seed, outcome);
    runs.get(scenario)?.push(line);
    console.log(`${scenario.id} ${line} (${Math.round((performance.now() - beganMs) / 1_000)} s)`);
    for (const promise of outcome.broken) console.log(`    ${promise}`);
    // After each, so that a run that is cut short has said what it found.
    if (values.write) writeReport();
    if (performance.now() > endMs && seed > Number(values.seed)) break;
  }
}
console.log(`${count} runs, ${failures} with broken promises`);
process.exitCode = failures > 0 ? 1 : 0;

async function runOne({ run }: Scenario, seed: number): Promise<Outcome> {
  try {
    return await run({ seed, isLong: values.large, carrier: carrier ?? "websocket" });
  } catch (error) {
    return { figures: {}, broken: [`did not run to its end: ${String(error)}`] };
  }
}

function lineOf(seed: number, { figures, broken }: Outcome): string {
  // Promises that were kept are zeros; what is not zero is worth the space.
  const shown = Object.entries(figures).filter(([, figure]) => figure !== 0);
  const text = shown.map(([name, figure]) => `${name}: ${figure}`).join("; ");
  const verdict = broken.length === 0 ? "kept" : `**broken: ${broken[0]}**`;
  return `- seed ${seed}, ${verdict}: ${text}`.replaceAll("\n", " ");
}

function writeReport(): void {
  const path = new URL("../../docs/reliability.md", import.meta.url);
  const [before = "", rest = ""] = readFileSync(path, "utf8").split(`<!-- ${section}:begin -->`);
  const [, after = ""] = rest.split(`<!-- ${section}:end -->`);
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`;
  const given = process.argv.slice(2).filter((argument) => !["--tasks", "--schedules"].includes(argument));
  const head = [
    `${new Date().toISOString().slice(0, 10)}, ${machine}, shared by hub, Redis, publishers, clients and oracle;`,
    `load average over the last 15 minutes ${loadavg()[2]?.toFixed(1)};`,
    `\`${command} -- ${given.join(" ")}\`: ${count} runs, ${failures} with broken promises.`,
  ];
  const faults = Array.from(runs, ([{ id, promise }, lines]) => [`### ${id}: ${promise}`, "", ...lines, ""]);
  const lines = [`<!-- ${section}:begin -->`, "", ...head, "", ...faults.flat(), `<!-- ${section}:end -->`];
  writeFileSync(path, before + lines.join("\n") + after);
}
