import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensurePrograms } from "@switchyard/provision/ensure-programs";
import { programs } from "@switchyard/provision/program";
import { startRedisServer } from "@switchyard/provision/redis-server";
import { formatFanOut } from "./fan-out/format-fan-out.ts";
import { runFanOut } from "./fan-out/fan-out.ts";
import { fullPlan, quickPlan } from "./fan-out/plan.ts";
import { describeMachine } from "./machine/describe-machine.ts";
import { loadCore, pinProcess } from "./machine/pin-process.ts";
import { socketIo } from "./servers/socket-io.ts";
import { switchyard } from "./servers/switchyard.ts";
import { wsLoop } from "./servers/ws-loop.ts";

const help = `npm run bench -- fan-out [options]

  fan-out               one channel, a thousand subscribers: deliveries per second and their age

  --quick               every path once in half a minute; the figures are worth nothing
  --rounds <n>          rounds over all servers (3)
  --clients <n>         subscribers of the channel (1000)
  --servers <a,b,…>     of switchyard, socket-io, ws-loop (all); the last one is the reference of the ratio
  --json <file>         every figure of every round
  --node-option <text>  an option for the Node of each server, such as --cpu-prof; may be repeated
  --help
`;

const known = [switchyard, socketIo, wsLoop];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    clients: { type: "string" },
    servers: { type: "string", default: known.map(({ name }) => name).join(",") },
    json: { type: "string" },
    "node-option": { type: "string", multiple: true, default: [] },
    help: { type: "boolean", default: false },
  },
});

if (values.help) console.log(help);
else if (positionals.join(" ") === "fan-out") await fanOut();
else stop(`which bench? There is one: fan-out\n\n${help}`);

async function fanOut(): Promise<void> {
  const plan = values.quick ? quickPlan : fullPlan;
  const servers = values.servers.split(",").map((wanted) => {
    return (
      known.find(({ name }) => name === wanted) ??
      stop(`no server ${wanted}; there are ${known.map(({ name }) => name).join(", ")}`)
    );
  });
  const { redis: program } = await ensurePrograms(
    { redis: programs.redis },
    { environment: process.env, say: console.log },
  );
  const directory = await mkdtemp(join(tmpdir(), "switchyard-bench-"));
  const redis = await startRedisServer({ program, directory, port: 0, appendOnly: false });
  try {
    await pinProcess(redis.pid, loadCore);
    await pinProcess(process.pid, loadCore);
    const machine = await describeMachine(program);
    console.log(`${new Date().toISOString()}\n${machine.join("\n")}\n`);
    const result = await runFanOut({
      plan: { ...plan, rounds: wholeNumber("rounds", plan.rounds), clients: wholeNumber("clients", plan.clients) },
      servers,
      redis,
      nodeOptions: values["node-option"],
      say: console.log,
    });
    console.log(`\n${formatFanOut(result, servers)}`);
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify({ machine, ...result }, undefined, 2));
  } finally {
    await redis.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function wholeNumber(option: "rounds" | "clients", otherwise: number): number {
  const text = values[option];
  if (text === undefined) return otherwise;
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : stop(`--${option} must be a whole number above 0, not ${text}`);
}

function stop(message: string): never {
  console.error(message);
  process.exit(1);
}
