import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { spawnBound } from "@switchyard/provision/spawn-bound";
import { inherited } from "@switchyard/testkit/app-process";
import { eventually } from "@switchyard/testkit/eventually";
import { freeBase } from "../free-base.ts";

/** What `npm start` starts: Redis, gateways, api, worker and the front door the demo pages are served at. */
export interface DevelopmentHub {
  /** `http://localhost:port` */
  readonly origin: string;
  /** POST with the API key; resolves to the reply's body. */
  post(path: string, body: unknown): Promise<unknown>;
  /** GET with the API key; resolves to the reply's body. */
  get(path: string): Promise<unknown>;
  readonly apiKey: string;
  readonly tokenSecret: string;
  /** SIGKILL to one gateway; `npm start` starts it again. */
  killGateway(): Promise<void>;
  /** Everything that was printed. */
  output(): string;
  close(): Promise<void>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
/** As long as a generated one, so that the pages lay out the same. */
const apiKey = "test-api-key-0123456789a";
const tokenSecret = "test-token-secret-of-32-characters-or-more";

/** @throws Error with everything it printed, when it is not running within 40 s. */
export async function startDevelopmentHub({ gateways = 2 } = {}): Promise<DevelopmentHub> {
  const directory = await mkdtemp(join(tmpdir(), "switchyard-pages-"));
  const port = await freeBase();
  const child = spawnBound(process.execPath, [join(root, "apps/dev/src/main.ts")], {
    cwd: root,
    env: {
      ...inherited(),
      SWITCHYARD_PORT: String(port),
      SWITCHYARD_GATEWAYS: String(gateways),
      SWITCHYARD_DATA: directory,
      SWITCHYARD_API_KEY: apiKey,
      SWITCHYARD_TOKEN_SECRET: tokenSecret,
    },
  });
  const exited = once(child, "close");
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (printed += String(chunk)));

  const origin = `http://localhost:${port}`;
  const close = async () => {
    child.kill("SIGTERM");
    await exited;
    await rm(directory, { recursive: true, force: true });
  };
  const running = eventually(
    () => {
      if (!printed.includes("Switchyard is running")) throw new Error(`it printed:\n${printed}`);
    },
    { timeoutMs: 40_000, everyMs: 50 },
  );
  const ended = exited.then(() => Promise.reject(new Error(`npm start ended; it printed:\n${printed}`)));
  await Promise.race([running, ended]).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  ended.catch(() => undefined); // From here on its end is what `close` waits for.
  return {
    origin,
    apiKey,
    tokenSecret,
    async post(path, body) {
      const response = await fetch(origin + path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-api-key": apiKey },
        body: JSON.stringify(body),
      });
      return response.json();
    },
    async get(path) {
      return (await fetch(origin + path, { headers: { "x-api-key": apiKey } })).json();
    },
    async killGateway() {
      const { stdout } = await promisify(execFile)("pgrep", [
        "-P",
        String(child.pid),
        "-f",
        "apps/gateway/src/main.ts",
      ]);
      process.kill(Number(stdout.split("\n")[0]), "SIGKILL");
    },
    output: () => printed,
    close,
  };
}
