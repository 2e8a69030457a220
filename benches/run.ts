import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { startRedisServer } from "@switchyard/provision/redis-server";
import type { Bench, BenchOptions } from "./bench.ts";
import { consolePages } from "./console/console.ts";
import { fanOut } from "./fan-out/fan-out-bench.ts";
import { herd } from "./herd/herd.ts";
import { httpPublish } from "./http-publish/http-publish.ts";
import { inbox } from "./inbox/inbox.ts";
import { idleMemory } from "./idle-memory/idle-memory.ts";
import { describeMachine } from "./machine/describe-machine.ts";
import { loadCore, pinProcess } from "./machine/pin-process.ts";
import { overload } from "./overload/overload.ts";
import { pool } from "./pool/pool.ts";
import { resultLatency } from "./result-latency/result-latency.ts";
import { rpc } from "./rpc/rpc.ts";
import { benchServers, otherForms } from "./servers/bench-servers.ts";
import { slowConsumer } from "./slow-consumer/slow-consumer.ts";
import { schedules } from "./schedules/schedules.ts";
import { tasks } from "./tasks/tasks.ts";
import { textPushes } from "./text-pushes/text-pushes.ts";
import { uplinkLatency } from "./uplink-latency/uplink-latency.ts";
import { uniquePublishes } from "./unique-publishes/unique-publishes.ts";

const benches: readonly Bench[] = [
  fanOut,
  overload,
  uniquePublishes,
  httpPublish,
  herd,
  slowConsumer,
  idleMemory,
  tasks,
  pool,
  schedules,
  inbox,
  resultLatency,
  uplinkLatency,
  rpc,
  textPushes,
  consolePages,
];

const help = `npm run bench -- <bench> [<bench> …] [options]

${benches.map(({ name, question, minutes }) => `  ${name.padEnd(18)}  ${question} (${minutes} min)`).join("\n")}

  --quick               every path once in some seconds; the figures are worth nothing
  --rounds <n>          rounds over all contenders
  --clients <n>         connections
  --servers <a,b,…>     of ${namesOf(benchServers)} (all), and ${namesOf(otherForms)}; the last one is the reference of ratios
  --contenders <a,b,…>  of http-publish: ${httpPublish.contenders?.join(",")}; the last two are measured where they are named
                        of herd: ${herd.contenders?.join(",")}
  --only <text>         of herd: the cases whose title has this text, such as "a channel each, recovery, no presence"
  --deliveries <n>      of fan-out: offered each second where ages are measured (100000)
  --floor               for tasks: a queue that does the least beside the others
  --json <file>         every figure of every round
  --node-option <text>  an option for the Node of each server, such as --cpu-prof; may be repeated
  --help
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    clients: { type: "string" },
    servers: { type: "string", default: namesOf(benchServers) },
    contenders: { type: "string" },
    only: { type: "string" },
    deliveries: { type: "string" },
    floor: { type: "boolean", default: false },
    json: { type: "string" },
    "node-option": { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(help);
else if (positionals.length === 0) stop(`which bench?\n\n${help}`);
else await runAll(positionals.map((name) => find(name, benches)));

async function runAll(chosen: readonly Bench[]): Promise<void> {
  const options: BenchOptions = {
    ...wholeNumber("rounds"),
    ...wholeNumber("clients"),
    ...wholeNumber("deliveries"),
    servers: values.servers.split(",").map((name) => find(name, [...benchServers, ...otherForms])),
    ...(values.contenders !== undefined && { contenders: values.contenders.split(",") }),
    ...(values.only !== undefined && { only: values.only }),
    floor: values.floor,
    nodeOptions: values["node-option"],
  };
  const { redis: program } = await ensurePrograms(
    { redis: programs.redis },
    { environment: process.env, say: console.log },
  );
  await pinProcess(process.pid, loadCore);
  const machine = await describeMachine(program);
  console.log(`${new Date().toISOString()}\n${machine.join("\n")}\n`);
  const figures: Record<string, object> = {};
  for (const bench of chosen) figures[bench.name] = await runOne(bench, program, options);
  if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ machine, ...figures }, undefined, 2));
}

/** Each bench has a Redis of its own, so that none inherits the keys and the grown heap of another. */
async function runOne(bench: Bench, program: string, options: BenchOptions): Promise<object> {
  console.log(`## ${bench.name}: ${bench.question}\n`);
  const directory = await mkdtemp(join(tmpdir(), "switchyard-bench-"));
  const redis = await startRedisServer({ program, directory, port: 0, appendOnly: false });
  try {
    await pinProcess(redis.pid, loadCore);
    const { markdown, figures } = await bench.run({ redis, quick: values.quick, options, say: console.log });
    console.log(`\n${markdown}`);
    return figures;
  } finally {
    await redis.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function namesOf(servers: readonly { readonly name: string }[]): string {
  return servers.map(({ name }) => name).join(",");
}

function wholeNumber(option: "rounds" | "clients" | "deliveries"): { [name in typeof option]?: number } {
  const text = values[option];
  if (text === undefined) return {};
  const value = Number(text);
  if (!Number.isInteger(value) || value <= 0) stop(`--${option} must be a whole number above 0, not ${text}`);
  return { [option]: value };
}

function find<Named extends { readonly name: string }>(wanted: string, known: readonly Named[]): Named {
  const found = known.find(({ name }) => name === wanted);
  return found ?? stop(`there is no ${wanted}; there are ${known.map(({ name }) => name).join(", ")}`);
}

function stop(message: string): never {
  console.error(message);
  process.exit(1);
}
