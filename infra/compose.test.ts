import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { parseDurationMs } from "../packages/runtime/src/config/duration.ts";
import { leavesOf } from "../packages/runtime/src/config/environment.ts";
import { getTaskSchema } from "../apps/api/src/routes/get-task.ts";
import { createFrontDoor } from "../apps/dev/src/front-door.ts";
import { checkSettings } from "../packages/runtime/src/config/load-settings.ts";
import { Settings } from "../packages/runtime/src/config/settings.ts";

// A unit test has no container engine to ask; what these tests hold together are the places that promise each other something.

interface Service {
  readonly image: string;
  readonly build?: { readonly target: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly stop_grace_period: string;
  readonly stop_signal?: string;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly read_only?: boolean;
  readonly scale?: string;
  readonly entrypoint?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
}

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const exists = (path: string) => existsSync(new URL(`../${path}`, import.meta.url));
const compose = parse(read("docker-compose.yml"), { merge: true }) as { services: Record<string, Service> };
const services = Object.entries(compose.services);
const apps = ["gateway", "api", "worker"] as const;
const service = (name: string): Service => compose.services[name] ?? expect.unreachable(`no service ${name}`);
const settings = checkSettings(JSON.parse(read("infra/switchyard.json")) as object);

describe("docker-compose.yml", () => {
  test.each(services)("%s can be told healthy from unhealthy and is confined", (_name, spec) => {
    expect(spec.healthcheck?.test.length).toBeGreaterThan(1);
    expect(spec).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    expect(spec.logging?.options).toHaveProperty("max-size");
  });

  test("runs images that cannot change under it, or those of the Dockerfile", () => {
    const stages = [...read("Dockerfile").matchAll(/^FROM .+ AS (.+)$/gm)].map(([, stage]) => stage);
    for (const [, { image, build }] of services) {
      const ours = services.some(([, other]) => other.image === image && other.build !== undefined);
      const known = ours || /^[a-z]+:\d+\.\d+\.\d+$/.test(image);
      expect([image, known]).toEqual([image, true]);
      expect(stages).toContain(build === undefined ? stages[0] : defaultOf(build.target));
    }
  });

  test("no two services build one image: an engine may refuse the second, or keep either", () => {
    const built = services.filter(([, spec]) => spec.build !== undefined).map(([, spec]) => spec.image);
    expect(built).toEqual([...new Set(built)]);
    expect(new Set(apps.map((name) => service(name).image))).toEqual(new Set(built));
  });

  test.each(apps)("%s has a number that the next `up` keeps, and that .env says", (name) => {
    expect(service(name).scale).toMatch(new RegExp(`^\\$\\{SWITCHYARD_${name.toUpperCase()}S:-[12]\\}$`));
  });

  test("callbacks can be switched on: the api may take them and the worker sign them, with one secret", () => {
    const secretOf = (name: string) => service(name).environment?.["SWITCHYARD_TASKS_SIGNING_SECRET"];
    expect(secretOf("api")).toBe("${SWITCHYARD_TASKS_SIGNING_SECRET:-}");
    expect(secretOf("worker")).toBe(secretOf("api"));
  });

  test("nginx can read a key that belongs to root, and drops that right in the processes that clients reach", () => {
    expect(service("nginx")).not.toHaveProperty("user");
    expect(service("nginx").entrypoint?.at(-1)).toContain("user nginx;");
    expect(service("nginx").cap_add).toEqual(["CHOWN", "KILL", "SETGID", "SETUID"]);
    expect(services.filter(([, spec]) => spec.cap_add !== undefined).map(([name]) => name)).toEqual(["nginx"]);
  });

  test.each(apps)("%s has longer to stop than it takes", (name) => {
    const graceMs = parseDurationMs(service(name).stop_grace_period);
    expect(graceMs).toBeGreaterThan(parseDurationMs(settings.shutdown.timeout));
  });

  test.each(apps)("%s is started by a file that exists, with variables that settings know", (name) => {
    const known = new Set(["SWITCHYARD_CONFIG", ...leavesOf(Settings).flatMap((leaf) => leaf.variables)]);
    const spec = service(name);
    expect(spec.command).toEqual(["node", `apps/${name}/src/main.ts`]);
    expect(exists(`apps/${name}/src/main.ts`)).toBe(true);
    expect(Object.keys(spec.environment ?? {}).filter((variable) => !known.has(variable))).toEqual([]);
    expect(spec.depends_on).toHaveProperty("redis", { condition: "service_healthy" });
  });

  test("only nginx has a published port, and only the processes can reach Redis", () => {
    const published = services.filter(([, spec]) => spec.ports !== undefined).map(([name]) => name);
    expect(published).toEqual(["nginx"]);
    const besideRedis = services.filter(([, spec]) =>
      spec.networks.some((name) => service("redis").networks.includes(name)),
    );
    expect(besideRedis.map(([name]) => name)).toEqual([...apps, "redis"]);
  });

  test("gateways can be multiplied: nothing in them can exist only once", () => {
    expect(service("gateway")).not.toHaveProperty("container_name");
    expect(service("gateway")).not.toHaveProperty("ports");
  });

  test("does not start without secrets", () => {
    for (const name of ["SWITCHYARD_API_KEY", "SWITCHYARD_TOKEN_SECRET"]) {
      const uses = services
        .flatMap(([, spec]) => Object.entries(spec.environment ?? {}))
        .filter(([key]) => key === name);
      expect(uses.length).toBeGreaterThan(0);
      for (const [, value] of uses) expect(value).toMatch(new RegExp(`^\\$\\{${name}:\\?.+\\}$`));
    }
  });

  test(".env.example names every variable the file takes from outside, and no other", () => {
    const taken = [...read("docker-compose.yml").matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const offered = [...read(".env.example").matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(new Set(offered)).toEqual(new Set(taken));
  });

  test("every file it mounts exists", () => {
    const mounted = services.flatMap(([, spec]) => spec.volumes ?? []).filter((volume) => volume.startsWith("./"));
    expect(mounted.map((volume) => volume.split(":")[0] ?? "").filter((path) => !exists(path))).toEqual([]);
  });
});

describe("the health check of a process", () => {
  test.each(apps)("of %s asks the port it listens on", (name) => {
    expect(service(name).healthcheck?.test.at(-1)).toContain(`127.0.0.1:${settings[name].port}/readyz`);
    expect(settings[name].host).toBe("::");
  });

  test.each([
    [200, 0],
    [503, 1],
  ])("turns an answer of %i into exit code %i", async (status, exitCode) => {
    const server = createServer((_request, response) => response.writeHead(status).end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    expect(await runHealthCheck((server.address() as AddressInfo).port)).toBe(exitCode);
    server.close();
  });

  test("turns a refused connection into exit code 1", async () => {
    expect(await runHealthCheck(1)).toBe(1);
  });
});

describe("infra/switchyard.json", () => {
  test("is closed: nobody is anonymous and no channel is open without a token", () => {
    expect(settings.client).toMatchObject({ insecure: false, allow_anonymous_connect_without_token: false });
    expect(settings.client.allowed_origins).not.toContain("*");
    expect(settings.api.demo).toBe(false);
    for (const options of [settings.channel.without_namespace, ...settings.channel.namespaces]) {
      const open = Object.entries(options).filter(
        ([key, value]) => /^allow_.*_for_(client|anonymous)$/.test(key) && value,
      );
      expect(open).toEqual([]);
    }
  });

  test("names handlers that exist where compose mounts them", () => {
    const modules = Object.values(settings.handlers).flatMap((handler) =>
      "module" in handler ? [handler.module] : [],
    );
    expect(modules.filter((path) => !exists(path))).toEqual([]);
  });
});

describe("infra/nginx", () => {
  test("looks for services and ports that compose has", () => {
    const servers = [...read("infra/nginx/upstreams.conf").matchAll(/^ +server (\w+):(\d+) resolve/gm)];
    expect(servers.map(([, name, port]) => [name, Number(port)])).toEqual([
      ["gateway", settings.gateway.port],
      ["api", settings.api.port],
    ]);
  });

  test("lets a quiet session live for more than two pings", () => {
    const timeouts = [...read("infra/nginx/path-map.conf").matchAll(/proxy_(?:read|send)_timeout (\w+);\s/g)].slice(
      0,
      2,
    );
    expect(timeouts).toHaveLength(2);
    for (const [, timeout = ""] of timeouts) {
      expect(parseDurationMs(timeout)).toBeGreaterThan(2 * parseDurationMs(settings.client.ping_interval));
    }
  });

  test("waits for an answer longer than a client of the api may, as development's front door does", () => {
    const { maximum = 0 } = getTaskSchema.querystring.properties.wait as { readonly maximum?: number };
    const longestWaitMs = maximum * 1_000;
    const door = createFrontDoor({ gatewayPorts: [1], apiPort: 1 });
    // How long a connection may be silent; 0 is for ever.
    expect(door.timeout === 0 || door.timeout >= longestWaitMs + 5_000).toBe(true);
    const files = read("infra/nginx/path-map.conf") + read("infra/nginx/nginx.conf");
    const waits = [...files.matchAll(/(?:proxy_read|worker_shutdown)_timeout (\w+);/g)];
    expect(waits).toHaveLength(3);
    // An answer is under way when the wait is over, hence more and not as much.
    for (const [, timeout = ""] of waits)
      expect(parseDurationMs(timeout)).toBeGreaterThanOrEqual(longestWaitMs + 5_000);
    expect(read("docs/how-to/deploy.md")).toContain(`longest \`?wait=\` (${longestWaitMs / 1_000} s)`);
  });
});

/** `${NAME:-value}` is `value` when nothing is set. */
function defaultOf(text: string): string {
  return /^\$\{\w+:-(.+)\}$/.exec(text)?.[1] ?? text;
}

/** The gateway's health check as compose has it, asking another port. */
async function runHealthCheck(port: number): Promise<number> {
  const [, , ...args] = service("gateway").healthcheck?.test ?? [];
  const aimed = args.map((argument) => argument.replace(`:${settings.gateway.port}/`, `:${port}/`));
  const child = spawn(process.execPath, aimed, { stdio: "ignore" });
  const [code] = (await once(child, "exit")) as [number];
  return code;
}
