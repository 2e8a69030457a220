import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { askRedis } from "./ask-redis.ts";
import { findProgram } from "./find-program.ts";
import { freePort } from "./free-port.ts";
import { programs } from "./program.ts";
import { startRedisServer, type RedisServer, type RedisServerOptions } from "./redis-server.ts";

let program: string;
let directory: string;
const running: RedisServer[] = [];

beforeAll(() => {
  program = findProgram(programs.redis, "/usr/local/bin:/usr/bin") ?? expect.fail("no Redis on this machine");
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "switchyard-provision-"));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
  await rm(directory, { recursive: true });
});

async function start(options: Partial<RedisServerOptions> = {}): Promise<RedisServer> {
  const server = await startRedisServer({ program, directory, port: 0, appendOnly: true, ...options });
  running.push(server);
  return server;
}

test("keeps its data when it is closed and started again", async () => {
  const first = await start();
  await askRedis(new URL(first.url), [["SET", "kept", "yes"]], 1_000);
  await first.close();
  const second = await start();
  expect(await askRedis(new URL(second.url), [["GET", "kept"]], 1_000)).toEqual(["yes"]);
});

test("names the port when another program or another Redis holds it", async () => {
  const stranger = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(stranger, "listening");
  const { port } = stranger.address() as AddressInfo;
  await expect(start({ port })).rejects.toThrow(`Redis did not start: port ${port} is taken`);
  stranger.close();

  const other = await start();
  const elsewhere = join(directory, "elsewhere");
  await expect(start({ port: other.port, directory: elsewhere })).rejects.toThrow(`port ${other.port} is taken`);
});

test("refuses a directory that another server is using, whatever its port", async () => {
  await start();
  await expect(start()).rejects.toThrow(`another Redis is running in ${directory}`);
});

test("says what is wrong with a directory that cannot be made", async () => {
  await writeFile(join(directory, "file"), "");
  await expect(start({ directory: join(directory, "file", "redis") })).rejects.toThrow(
    /cannot make the directory.*ENOTDIR/,
  );
});

test("says that the append-only file is damaged and how to repair it", async () => {
  await (await start()).close();
  const files = await readdir(join(directory, "appendonlydir"));
  const log = files.find((name) => name.endsWith(".incr.aof")) ?? "";
  await writeFile(join(directory, "appendonlydir", log), "*3\r\n$3\r\nSET\r\nrubbish that is no command\r\n");
  await expect(start()).rejects.toThrow(/append-only file is damaged; repair it with `redis-check-aof --fix`/);
});

test("ends with the process that started it, even when that one is killed", async () => {
  const port = await freePort();
  const script = `
    import { startRedisServer } from ${JSON.stringify(new URL("./redis-server.ts", import.meta.url).href)};
    await startRedisServer({ program: "${program}", directory: "${directory}", port: ${port}, appendOnly: false });
    process.kill(process.pid, "SIGKILL");`;
  const parent = spawn(process.execPath, ["--input-type=module", "--eval", script], { stdio: "ignore" });
  const [, signal] = (await once(parent, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  const ping = () => askRedis(new URL(`redis://127.0.0.1:${port}`), [["PING"]], 1_000);
  const answer = () => ping().catch((error: NodeJS.ErrnoException) => error.code);
  await expect.poll(answer, { timeout: 15_000 }).toBe("ECONNREFUSED");
});

test("tells its end to whoever waits for it", async () => {
  const server = await start();
  server.kill("SIGKILL");
  expect(await server.exited).toBe("it was ended by SIGKILL");
  await expect(askRedis(new URL(server.url), [["PING"]], 1_000)).rejects.toThrow("ECONNREFUSED");
});
