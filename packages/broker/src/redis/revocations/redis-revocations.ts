import { keepWritten } from "@switchyard/redis/keep-written";
import type { Logger } from "@switchyard/runtime/logger";
import type { Settings } from "@switchyard/runtime/settings";
import type { Redis } from "ioredis";
import { RevocationList } from "../../revocation-list.ts";
import type { Revocation, RevocationRequest, Revocations } from "../../revocation.ts";
import { answered } from "../answered.ts";
import { closeConnection, openConnection } from "../open-connection.ts";
import { revocationKeys } from "../keys.ts";
import { parseAnnouncement } from "./revocation-entry.ts";
import {
  listRevocationsScript,
  packRevocations,
  readBlockScript,
  restoreRevocationsScript,
  revokeScript,
  setBlockScript,
} from "./revocation-scripts.ts";

export interface RedisRevocationsOptions {
  readonly redis: Settings["redis"];
  readonly logger: Logger;
}

const dayMs = 24 * 3_600_000;
/** Of a block without an end. */
const foreverMs = Date.UTC(9999, 11, 31);
/** No process is cut off from Redis for longer; one that were would bring the block back. */
const unblockKeptMs = 30 * dayMs;

/** One connection for commands; `follow` opens a second one to listen. @throws StartupError when Redis cannot be used. */
export async function createRedisRevocations(options: RedisRevocationsOptions): Promise<Revocations> {
  const { redis, logger } = options;
  const commands = await openConnection({ redis, logger, role: "revocations" });
  const { announcement, mark, ...keys } = revocationKeys(redis.prefix);
  const list = new RevocationList();
  let follower: Follower | undefined;

  return {
    async revoke(request) {
      const { kind, id } = subjectOf(request);
      const untilMs = Math.ceil(request.untilMs ?? Date.now() + dayMs);
      const beforeMs = "user" in request ? (request.issuedBeforeMs ?? "") : "";
      const args = { subject: `${kind}:${id}`, beforeMs, untilMs, announcement };
      return { kind, id, untilMs, beforeMs: await answered(revokeScript.run(commands, { keys, args })) };
    },
    async block(user, untilMs = foreverMs) {
      const args = { kind: "block", user, untilMs: Math.ceil(untilMs), announcement };
      await answered(setBlockScript.run(commands, { keys, args }));
    },
    async unblock(user) {
      const args = { kind: "unblock", user, untilMs: Date.now() + unblockKeptMs, announcement };
      return (await answered(setBlockScript.run(commands, { keys, args }))).wasBlocked;
    },
    async blockedUntil(user) {
      const untilMs = await answered(readBlockScript.run(commands, { keys, args: { user } }));
      if (untilMs >= foreverMs) return Infinity;
      return untilMs === 0 ? undefined : untilMs;
    },
    isRevoked: (bearer) => list.concerns(bearer),
    isBlocked: (user) => list.isBlocked(user),
    async follow(onRevoked) {
      const connection = await openConnection({ redis, logger, role: "revocations" });
      follower = new Follower({ commands, connection, keys, mark, announcement, list, logger, onRevoked });
      await follower.start();
    },
    async close() {
      follower?.close();
      await closeConnection(commands);
    },
  };
}

function subjectOf(request: RevocationRequest): Pick<Revocation, "kind" | "id"> {
  if ("user" in request) return { kind: "user", id: request.user };
  return "tokenId" in request ? { kind: "token", id: request.tokenId } : { kind: "client", id: request.client };
}

/** How often the count is compared: an announcement may have been missed by a connection that seems well. */
const compareEveryMs = 1_000;
/** Redis serves nobody else meanwhile. */
const writtenAtOnce = 500;

interface FollowerOptions {
  readonly commands: Redis;
  /** Turns into subscriber mode. */
  readonly connection: Redis;
  readonly keys: Omit<ReturnType<typeof revocationKeys>, "announcement" | "mark">;
  readonly mark: string;
  readonly announcement: string;
  readonly list: RevocationList;
  readonly logger: Logger;
  readonly onRevoked: (news: readonly Revocation[]) => void;
}

/** Keeps a list up to date. `#count` is how many revocations it knows to have been; fewer than Redis counts means reading. */
class Follower {
  readonly #options: FollowerOptions;
  #count = -1;
  #timer: NodeJS.Timeout | undefined;
  #isComparing = false;
  #endKeeping = () => {};

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { connection } = this.#options;
    connection.on("message", (_name: string, payload: string) => this.#hear(payload));
    // A lost connection missed what was announced meanwhile.
    connection.on("ready", () => void this.#listen().catch(this.#warn));
    await this.#listen();
    this.#timer = setInterval(() => void this.#compare(), compareEveryMs);
    const { commands, mark, logger } = this.#options;
    this.#endKeeping = await keepWritten({ redis: commands, mark, logger, write: () => this.#writeBack() });
  }

  close(): void {
    clearInterval(this.#timer);
    this.#endKeeping();
    this.#options.connection.disconnect();
  }

  readonly #warn = (error: unknown): void => {
    this.#options.logger.warn({ err: error }, "revocations not read");
  };

  /** Listens first and reads then, so that nothing falls in between. */
  async #listen(): Promise<void> {
    await this.#options.connection.subscribe(this.#options.announcement);
    await this.#read();
  }

  /** Who comes later, or was restarted, knows what Redis knows and no more. */
  async #writeBack(): Promise<void> {
    const { commands, keys, list } = this.#options;
    const known = list.all();
    for (let from = 0; from < known.length; from += writtenAtOnce) {
      const args = { known: packRevocations(known.slice(from, from + writtenAtOnce)) };
      await restoreRevocationsScript.run(commands, { keys, args });
    }
  }

  #hear(payload: string): void {
    const heard = parseAnnouncement(payload);
    if (heard === undefined) return;
    // One after the other is complete; after a jump the comparison reads the list.
    if (heard.count === this.#count + 1) this.#count = heard.count;
    this.#learn([heard.revocation]);
  }

  async #read(): Promise<void> {
    const { commands, keys } = this.#options;
    const { count, revocations } = await listRevocationsScript.run(commands, { keys, args: {} });
    this.#count = count;
    this.#learn(revocations);
  }

  #learn(revocations: readonly Revocation[]): void {
    const news = this.#options.list.add(revocations);
    if (news.length > 0) this.#options.onRevoked(news);
  }

  async #compare(): Promise<void> {
    if (this.#isComparing) return;
    const { commands, connection, keys, list } = this.#options;
    this.#isComparing = true;
    list.forget(Date.now());
    try {
      if (Number((await commands.get(keys.counter)) ?? 0) !== this.#count) await this.#read();
    } catch {
      // Away, or half open: a connection that times out may be dead without knowing, and TCP would take minutes to find out.
      for (const client of [commands, connection]) if (client.status === "ready") client.disconnect(true);
    } finally {
      this.#isComparing = false;
    }
  }
}
