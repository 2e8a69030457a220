import { readFileSync } from "node:fs";
import { derivedRecordLua } from "@switchyard/protocol/task-record-key";
import { createLuaScript } from "@switchyard/redis/lua-script";
import type { Redis } from "ioredis";
import type { History, StoredPublication } from "../../broker.ts";
import { defineScript } from "../define-script.ts";
import type { ChannelKeys } from "../keys.ts";

/** What history.lua is told of one reading; the names are those of its header. */
export interface ScriptReading {
  readonly keys: ChannelKeys;
  /** `<limit> <sinceOffset> <reverse> <metaTtlMs>` */
  readonly terms: string;
}

/** The same for all of one call. */
export interface ReadingTerms {
  readonly server: string;
  readonly newEpoch: string;
  readonly maxBytes: number;
  readonly turnBytes: number;
}

const file = new URL("./history.lua", import.meta.url);
const keptState = new URL("./chunks/kept-state.lua", import.meta.url);
const errorText = new URL("../chunks/error-text.lua", import.meta.url);
const script = createLuaScript(
  [derivedRecordLua, keptState, errorText, file].map((piece) => readFileSync(piece, "utf8")).join("\n"),
);

export const historyScript = {
  file,
  keys: [],
  args: ["server", "newEpoch", "maxBytes", "turnBytes"],
  /** In the header they are lists, because each reading has them. */
  ofEach: { "KEYS of each": ["stream", "meta", "state"], "ARGV of each": ["terms"] },
  /**
   * In the order of the readings, and fewer where these come to many bytes; what became of one is no matter of the others'.
   * @throws when Redis has run none of them
   */
  async run(
    redis: Redis,
    { server, newEpoch, maxBytes, turnBytes }: ReadingTerms,
    readings: readonly ScriptReading[],
  ): Promise<readonly (History | Error)[]> {
    const keyList = readings.flatMap(({ keys: { stream, meta, state } }) => [stream, meta, state]);
    const argList = [server, newEpoch, maxBytes, turnBytes, ...readings.map(({ terms }) => terms)];
    const replies = (await script.runBuffer(redis, keyList, argList)) as (Reply | Error)[];
    return replies.map((reply) => (reply instanceof Error ? reply : readReply(reply)));
  },
};

/** The head, or the head and bodies. */
type Reply = Buffer | readonly [Buffer, ...Buffer[]];

/** One text in the place of a list for each publication: the decoder of ioredis takes longer for those. */
function readReply(reply: Reply): History {
  const [head, ...bodies] = Buffer.isBuffer(reply) ? [reply] : reply;
  const [offset, isCut, epoch = "", ...marks] = head.toString("latin1").split(" ");
  const publications = bodies.map((body, index) => readPublication(body, marks, index * 3));
  return { offset: Number(offset), epoch, publications, isCut: isCut === "1" };
}

function readPublication(body: Buffer, marks: readonly string[], at: number): StoredPublication {
  const offset = Number(marks[at]);
  const previous = marks[at + 2];
  return {
    offset,
    previousOffset: previous === "-" ? offset - 1 : Number(previous),
    timeMs: Number(marks[at + 1]),
    body,
  };
}

export const removeHistoryScript = defineScript({
  file: new URL("./remove-history.lua", import.meta.url),
  chunks: [derivedRecordLua, keptState],
  keys: ["stream", "meta", "state"],
  args: ["metaTtlMs"],
  reply: (raw): { removed: boolean } => ({ removed: (raw as [number])[0] === 1 }),
});
