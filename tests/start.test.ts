import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { inherited } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { startTestRedis } from "@switchyard/testkit/redis-fixture";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freeBase } from "./free-base.ts";

// `npm start` as a person uses it: through npm, in a process group that a Ctrl-C reaches as a whole.

const root = fileURLToPath(new URL("../", import.meta.url));
const stopped = "stopped; data and keys are kept";
let directory: string;
let started: ChildProcess[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "switchyard-start-"));
  started = [];
});
afterEach(async () => {
  for (const { pid, exitCode, signalCode } of started) {
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
  }
  await eventually(() => expectNone(), { timeoutMs: 15_000 });
  await rm(directory, { recursive: true });
});

function npmStart(env: Record<string, string> = {}) {
  const child = spawn("npm", ["start"], {
    cwd: root,
    detached: true,
    env: { ...inherited(), HOME: process.env["HOME"], SWITCHYARD_DATA: directory, ...env },
  });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, "close").then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    exited,
    output: () => output,
    running: () =>
      Promise.race([
        eventually(() => expect(output).toContain("Ctrl-C stops everything"), { timeoutMs: 40_000 }),
        exited.then(() => expect.fail(`it ended before it was running:\n${output}`)),
      ]),
    /** Resolves to the last line. The exit code would be npm's, which dies of the SIGINT as well. */
    async ctrlC() {
      process.kill(-(child.pid ?? 0), "SIGINT");
      await exited;
      return output.trimEnd().split("\n").at(-1);
    },
  };
}

/** The lines of `npm start -- --print-env`, as a shell would read them. */
async function printedEnv(env: Record<string, string>): Promise<string[]> {
  const { stdout } = await promisify(execFile)("npm", ["--silent", "start", "--", "--print-env"], {
    cwd: root,
    env: { ...inherited(), HOME: process.env["HOME"], SWITCHYARD_DATA: directory, ...env },
  });
  return stdout.trim().split("\n");
}

/** Each process of a hub carries the directory of its data in its environment or, Redis, among its arguments. */
async function hubProcesses(): Promise<string[]> {
  const { stdout } = await promisify(execFile)("ps", ["eww", "-eo", "pid,args"]);
  return stdout
    .split("\n")
    .filter((line) => line.includes(directory))
    .map((line) => line.slice(0, 60));
}

/**
 * The shell that reads a process' lifeline ends a moment after the process. One that was not told of the end sleeps for a
 * second first, as a process of its own, and that is not waited for.
 */
async function expectNoProcess(): Promise<void> {
  const isReader = (line: string) => /^ *\d+ sh -c \W*read -r/.test(line);
  expect((await hubProcesses()).filter((line) => !isReader(line))).toEqual([]);
  await eventually(() => expectNone(), { timeoutMs: 900 });
}

async function expectNone(): Promise<void> {
  expect(await hubProcesses()).toEqual([]);
}

/** The commands below "Try", joined as a person would paste them. */
function pasteable(output: string): string {
  return output
    .slice(output.indexOf("Try,"))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /^(curl|id=)/.test(line))
    .join("\n");
}

test("one command starts a hub whose printed lines work, one Ctrl-C ends it, and the next start finds its data", async () => {
  // A door whose port is taken is left out; the next start has it.
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port: textPort } = holder.address() as AddressInfo;
  const env = {
    SWITCHYARD_PORT: String(await freeBase()),
    SWITCHYARD_TEXT_PORT: String(textPort),
    SWITCHYARD_UDP_PORT: String(textPort),
  };
  const first = npmStart(env);
  await first.running();
  expect(first.output()).toContain(`closed: tcp://127.0.0.1:${textPort} is taken; SWITCHYARD_TEXT_PORT moves it`);
  expect(first.output()).toContain(`udp://127.0.0.1:${textPort}\n`);
  expect(first.output()).toContain(`http://localhost:${env.SWITCHYARD_PORT}/docs`);
  // Nobody reads colour codes in a log file.
  expect(first.output()).not.toContain("\u001B[");

  // What the README's lines read from the shell, printed by both.
  const exported = first.output().match(/export SWITCHYARD_\w+=\S+/g) ?? [];
  const [password, ...lines] = (await printedEnv(env)).toReversed();
  expect(lines.toReversed()).toEqual(exported);
  expect(password).toMatch(/^# http:\/\/localhost:\d+\/ops\/queues: password \S+$/);
  expect(exported.map((line) => line.split(/[ =]/)[1])).toEqual([
    "SWITCHYARD_API_KEY",
    "SWITCHYARD_TOKEN_SECRET",
    "SWITCHYARD_URL",
  ]);

  const script = `${pasteable(first.output())}\necho "\n$id"`;
  const { stdout } = await promisify(execFile)("sh", ["-c", script]);
  const [publish, push, result, id] = stdout.replaceAll("}{", "}\n{").trim().split(/\n+/);
  expect(JSON.parse(publish ?? "")).toHaveProperty("result.offset", 1);
  expect(JSON.parse(push ?? "")).toHaveProperty("result.offset", 1);
  expect(JSON.parse(result ?? "")).toMatchObject({ id, status: "succeeded" });

  expect(await first.ctrlC()).toBe(stopped);
  await expectNoProcess();
  const credentials = await readFile(join(directory, "credentials.json"), "utf8");

  holder.close();
  const second = npmStart(env);
  await second.running();
  expect(second.output()).toContain(`tcp://127.0.0.1:${textPort}\n`);
  const sender = connect(textPort, "127.0.0.1");
  sender.write('{"uid":"nobody"}\n');
  expect(String((await once(sender, "data"))[0])).toBe("fail\n");
  sender.destroy();
  const { apiKey } = JSON.parse(credentials) as { apiKey: string };
  const oneLine = `http://localhost:${env.SWITCHYARD_PORT}/push?to=nobody&content=hi&key=${apiKey}`;
  expect(await (await fetch(oneLine)).text()).toBe("fail");
  const task = await fetch(`http://localhost:${env.SWITCHYARD_PORT}/v1/tasks/${id}`, {
    headers: { "x-api-key": apiKey },
  });
  expect(await task.json()).toMatchObject({ id, status: "succeeded" });
  expect(await second.ctrlC()).toBe(stopped);
}, 120_000);

test("a killed gateway is started again while the other one serves", async () => {
  const env = { SWITCHYARD_PORT: String(await freeBase()), SWITCHYARD_WORKERS: "0" };
  const hub = npmStart(env);
  await hub.running();
  const log = await readFile(join(directory, "logs", "gateway-1.log"), "utf8");
  const entry = log.split("\n").find((line) => line.includes('"msg":"started"'));
  process.kill((JSON.parse(entry ?? "{}") as { pid: number }).pid, "SIGKILL");
  await eventually(() => expect(hub.output()).toMatch(/gateway-1 .*was ended by SIGKILL; starting it again/));
  const door = `http://localhost:${env.SWITCHYARD_PORT}/connection/websocket`;
  // Not an upgrade, so a gateway refuses it; only a missing gateway makes it a 502.
  expect((await fetch(door)).status).not.toBe(502);
  await eventually(() => expect(hub.output()).toMatch(/gateway-1 .*ready again/), { timeoutMs: 20_000 });
  expect(await hub.ctrlC()).toBe(stopped);
  await expectNoProcess();
});

test.each([
  ["npm gets SIGTERM and nobody else does", "npm", "SIGTERM"],
  ["npm is killed", "npm", "SIGKILL"],
  ["npm start's own process is killed", "hub", "SIGKILL"],
] as const)("nothing is left when %s", async (_case, whom, signal) => {
  const hub = npmStart({ SWITCHYARD_PORT: String(await freeBase()) });
  await hub.running();
  process.kill(whom === "npm" ? hub.pid : await childOf(hub.pid), signal);
  await eventually(() => expectNone(), { timeoutMs: 20_000 });
});

/** The process that npm runs: its only child, because the script is `exec`. */
async function childOf(npm: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,args="]);
  const children = stdout.split("\n").map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line));
  const own = children.filter((match) => Number(match?.[2]) === npm);
  expect(own.map((match) => match?.[3])).toEqual([expect.stringContaining("apps/dev/src/main.ts")]);
  return Number(own[0]?.[1]);
}

test("a handler that is added to the settings, and one that is written anew, run without another start", async () => {
  const port = await freeBase();
  const settings = join(directory, "settings.json");
  const declare = (...names: string[]) => {
    const handlers = Object.fromEntries(names.map((name) => [name, { kind: "module", module: `./${name}.mjs` }]));
    return writeFile(settings, JSON.stringify({ handlers }));
  };
  const write = (name: string, result: number) =>
    writeFile(join(directory, `${name}.mjs`), `export default () => ${result};`);
  await write("first", 1);
  await declare("first");
  const key = "a-key-of-the-reload-test";
  const hub = npmStart({
    SWITCHYARD_PORT: String(port),
    SWITCHYARD_CONFIG: settings,
    SWITCHYARD_API_KEY: key,
    SWITCHYARD_GATEWAYS: "1",
  });
  await hub.running();
  const call = async (path: string, body?: object) => {
    const headers = { "x-api-key": key, "content-type": "application/json" };
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return (await (await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers })).json()) as {
      readonly id?: string;
      readonly result?: unknown;
      readonly error?: { readonly message: string };
    };
  };
  const run = async (handler: string) => {
    const { id, error } = await call("/v1/tasks", { handler });
    return error?.message ?? (await call(`/v1/tasks/${id}?wait=20`)).result;
  };
  expect(await run("first")).toBe(1);
  expect(await run("secnd")).toContain("no running worker has a handler called `secnd`");

  await write("second", 2);
  await declare("first", "second");
  await eventually(async () => expect(await run("second")).toBe(2), { timeoutMs: 30_000 });
  await write("first", 11);
  await eventually(async () => expect(await run("first")).toBe(11), { timeoutMs: 30_000 });
  expect(await hub.ctrlC()).toBe(stopped);
});

test("a Ctrl-C during the start leaves nothing behind either", async () => {
  const hub = npmStart({ SWITCHYARD_PORT: String(await freeBase()) });
  await eventually(() => expect(hub.output()).toContain("redis"), { timeoutMs: 20_000 });
  expect(await hub.ctrlC()).toBe(stopped);
  await expectNoProcess();
  expect(hub.output()).not.toContain("is running");
});

test("names the taken port and the variable that moves it, before anything is started", async () => {
  const base = await freeBase();
  const holder = createServer().listen(base + 2, "127.0.0.1");
  await once(holder, "listening");
  const hub = npmStart({ SWITCHYARD_PORT: String(base) });
  expect(await hub.exited).toBe(1);
  const causes = hub
    .output()
    .split("\n")
    .filter((line) => line.startsWith("npm start: "));
  expect(causes).toEqual([expect.stringContaining(`port ${base + 2} (gateway-2) is taken`)]);
  expect(causes[0]).toContain("SWITCHYARD_PORT");
  expect(hub.output()).not.toContain("ready on");
  holder.close();
});

test("says in a line why a given Redis cannot be used, without the password", async () => {
  const redis = await startTestRedis();
  const hub = npmStart({
    SWITCHYARD_PORT: String(await freeBase()),
    SWITCHYARD_REDIS_URL: `redis://:gu3ss@127.0.0.1:${redis.port}`,
  });
  expect(await hub.exited).toBe(1);
  expect(hub.output()).toMatch(/^npm start: the Redis at 127\.0\.0\.1:\d+ cannot be used: .+$/m);
  expect(hub.output()).not.toContain("gu3ss");
  await redis.close();
});

test("refuses a setting it does not know, before anything is started", async () => {
  const hub = npmStart({ SWITCHYARD_GATEWAYS: "0" });
  expect(await hub.exited).toBe(78);
  expect(hub.output()).toContain("npm start: SWITCHYARD_GATEWAYS must be a whole number from 1 to 9");
});
