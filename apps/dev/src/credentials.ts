import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Settings } from "@switchyard/runtime/settings";
import { StartupError } from "@switchyard/runtime/startup-error";

export interface Credentials {
  readonly apiKey: string;
  readonly tokenSecret: string;
  readonly opsPassword: string;
}

/**
 * What the settings or the environment give, else values generated once per directory: even on a developer's machine no
 * secret is one that everybody knows, and a page opened yesterday still has a valid token today.
 * @throws StartupError when the file is there but unreadable.
 */
export async function loadCredentials(directory: string, settings: Settings): Promise<Credentials> {
  const generated = await readOrGenerate(join(directory, "credentials.json"));
  return {
    apiKey: settings.http_api.key || generated.apiKey,
    tokenSecret: settings.client.token.hmac_secret_key || generated.tokenSecret,
    opsPassword: settings.ops.password || generated.opsPassword,
  };
}

async function readOrGenerate(path: string): Promise<Credentials> {
  try {
    return checked(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
      const { message } = error as Error;
      throw new StartupError("environment", `${path} cannot be used (${message}); delete it to get new ones`, {
        cause: error,
      });
    }
  }
  const credentials = { apiKey: random(18), tokenSecret: random(32), opsPassword: random(9) };
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  return credentials;
}

function checked(value: unknown): Credentials {
  const candidate = value as Partial<Credentials> | null;
  const { apiKey, tokenSecret, opsPassword } = candidate ?? {};
  if (!apiKey || !tokenSecret || !opsPassword) throw new Error("it must have apiKey, tokenSecret and opsPassword");
  return { apiKey, tokenSecret, opsPassword };
}

/** Letters and digits only: they survive every shell, URL and header unquoted. */
function random(bytes: number): string {
  return randomBytes(bytes).toString("base64url").replaceAll(/[-_]/g, "x");
}
