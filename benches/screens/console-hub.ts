import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Hub, startHub } from "@switchyard/testkit/hub";

export const operatorName = "ada@example.com";
export const operatorPassword = "a-password-for-pictures";

/** A hub at which an admin with a name logs in: the shared password has a banner on each page. */
export async function startConsoleHub({
  settings = {},
  ...options
}: NonNullable<Parameters<typeof startHub>[0]>): Promise<Hub> {
  const { ops, ...others } = settings as { readonly ops?: object };
  const user = { name: operatorName, role: "admin", password_hash: await hashPassword() };
  // What runs when pictures are taken never ends.
  const ends = { shutdown: { timeout: "2s" }, gateway: { drain_window: "0s" } };
  return startHub({ ...options, settings: { ...ends, ...others, ops: { ...ops, users: [user] } } });
}

/** As an operator makes it. */
function hashPassword(): Promise<string> {
  const program = fileURLToPath(new URL("../../apps/api/src/hash-password.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [program], (error, stdout) =>
      error === null ? resolve(stdout.trim()) : reject(error),
    );
    child.stdin?.end(`${operatorPassword}\n`);
  });
}

/** A call of the api that must be accepted. */
export async function send(hub: Hub, method: string, path: string, body: unknown): Promise<void> {
  const headers = { "content-type": "application/json", "x-api-key": hub.apiKey };
  const answer = await fetch(hub.api.url + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}
