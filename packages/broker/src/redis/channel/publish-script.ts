import { derivedRecordLua } from "@switchyard/protocol/task-record-key";
import { readFileSync } from "node:fs";
import { createLuaScript } from "@switchyard/redis/lua-script";
import type { Redis } from "ioredis";
import type { PublishResult } from "../../broker.ts";
import type { ChannelKeys } from "../keys.ts";

/** What publish.lua is told of one publication; the names are those of its header. */
export interface ScriptPublication {
  readonly keys: ChannelKeys;
  /** JSON, without the offset. */
  readonly body: string;
  /** `<historySize> <historyTtlMs> <metaTtlMs>` */
  readonly terms: string;
  /** Undefined where none of it is asked for, as of most. */
  readonly more: MoreOfPublication | undefined;
}

export interface MoreOfPublication {
  readonly remembered: string;
  readonly idempotencyTtlMs: number;
  readonly version: number;
  readonly receiptTo: string;
  readonly exclude: string;
  readonly versionEpoch: string;
  readonly mark: string;
}

/** The same for all of one call. */
export interface PublishTerms {
  readonly server: string;
  readonly leap: number;
  readonly newEpoch: string;
}

const file = new URL("./publish.lua", import.meta.url);
const own = ["./chunks/kept-state.lua", "./chunks/append.lua", "../chunks/error-text.lua"];
const chunks = [derivedRecordLua, ...own.map((path) => new URL(path, import.meta.url))];
const script = createLuaScript([...chunks, file].map((piece) => readFileSync(piece, "utf8")).join("\n"));

export const publishScript = {
  file,
  keys: [],
  args: ["server", "leap", "newEpoch"],
  /** In the header they are lists, because each publication has them. */
  ofEach: {
    "KEYS of each": ["stream", "meta"],
    "ARGV of each": ["body", "pubsub", "terms"],
    "KEYS of more": ["remembered", "state"],
    "ARGV of more": ["idempotencyTtlMs", "version", "receiptTo", "exclude", "versionEpoch", "mark"],
  },
  /** In the order of the publications; what became of one is no matter of the others'. @throws when Redis has run none of them */
  async run(
    redis: Redis,
    { server, leap, newEpoch }: PublishTerms,
    publications: readonly ScriptPublication[],
  ): Promise<readonly (PublishResult | Error)[]> {
    const keyList: string[] = [];
    const argList: (string | number)[] = [server, leap, newEpoch];
    let before = { pubsub: "", body: "", terms: "" };
    for (const { keys, body, terms: plainTerms, more } of publications) {
      const terms = more === undefined ? plainTerms : `${plainTerms} more`;
      const { pubsub } = keys;
      if (pubsub !== before.pubsub) keyList.push(keys.stream, keys.meta);
      argList.push(
        body === before.body ? "" : body,
        pubsub === before.pubsub ? "" : pubsub,
        terms === before.terms ? "" : terms,
      );
      before = { pubsub, body, terms };
      if (more === undefined) continue;
      keyList.push(more.remembered, keys.state);
      const { idempotencyTtlMs, version, receiptTo, exclude, versionEpoch, mark } = more;
      argList.push(idempotencyTtlMs, version, receiptTo, exclude, versionEpoch, mark);
    }
    const replies = (await script.run(redis, keyList, argList)) as (string | Error)[];
    return replies.map((reply) => (typeof reply === "string" ? readResult(reply) : reply));
  },
};

function readResult(reply: string): PublishResult {
  const [offset, nodes, kind, epoch = ""] = reply.split(" ");
  return {
    offset: Number(offset),
    epoch,
    nodes: Number(nodes),
    duplicate: kind === "1",
    suppressed: kind === "2",
  };
}
