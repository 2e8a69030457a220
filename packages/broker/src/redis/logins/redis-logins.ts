import { createHash } from "node:crypto";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Login, Logins } from "../../logins.ts";
import { answered } from "../answered.ts";
import { loginKeys } from "../keys.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { beginLoginScript, type LoginFields, loginFields, proveLoginScript, useLoginScript } from "./login-scripts.ts";

export interface RedisLoginsOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
  /** A login ends when it has not been used for so long. */
  readonly idleMs: number;
  /** And after this in any case. */
  readonly lifeMs: number;
}

/** Logins a list shows; the newest of them. */
const listMax = 500;

/** @throws StartupError when Redis cannot be used now. */
export async function createRedisLogins(options: RedisLoginsOptions): Promise<Logins> {
  const { idleMs, lifeMs } = options;
  const { index, login: keyOf } = loginKeys(options.redis.prefix);
  const client = await openConnection({ ...options, role: "logins" });

  async function readAll(handles: readonly string[]): Promise<readonly Login[]> {
    const found = await Promise.all(handles.map((handle) => answered(client.hmget(keyOf(handle), ...loginFields))));
    return found.flatMap((texts, place) => {
      if (texts.at(-1) === null) return [];
      const fields = Object.fromEntries(loginFields.map((field, at) => [field, texts[at] ?? ""])) as LoginFields;
      return [toLogin(handles[place] ?? "", fields)];
    });
  }

  return {
    async begin(id, login) {
      const handle = handleOf(id);
      const args = { ...login, handle, idleMs, lifeMs };
      await answered(beginLoginScript.run(client, { keys: { login: keyOf(handle), index }, args }));
      return handle;
    },
    async use(id) {
      const handle = handleOf(id);
      const fields = await answered(useLoginScript.run(client, { keys: { login: keyOf(handle) }, args: { idleMs } }));
      if (fields === undefined) return undefined;
      const { proofAgeMs, ...login } = fields;
      return { ...toLogin(handle, login), proofAgeMs: Number(proofAgeMs) };
    },
    prove: (handle) => answered(proveLoginScript.run(client, { keys: { login: keyOf(handle) }, args: {} })),
    async list() {
      const all = await readAll(await answered(client.zrevrange(index, 0, listMax - 1)));
      return all.toSorted((one, other) => other.beganAtMs - one.beganAtMs);
    },
    async end(handle) {
      await answered(Promise.all([client.del(keyOf(handle)), client.zrem(index, handle)]));
    },
    close: () => closeConnection(client),
  };
}

const handleOf = (id: string) => createHash("sha256").update(id).digest("base64url");

function toLogin(handle: string, { began, seen, ends, ...login }: LoginFields): Login {
  return { handle, ...login, beganAtMs: Number(began), seenAtMs: Number(seen), endsAtMs: Number(ends) };
}
