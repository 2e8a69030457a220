import type { History, PublishResult, StoredPublication } from "../../broker.ts";
import { defineScript } from "../define-script.ts";

const keptState = new URL("./chunks/kept-state.lua", import.meta.url);
const append = new URL("./chunks/append.lua", import.meta.url);

export const publishScript = defineScript({
  file: new URL("./publish.lua", import.meta.url),
  chunks: [keptState, append],
  keys: ["stream", "meta", "remembered", "state"],
  args: [
    "body",
    "pubsub",
    "historySize",
    "historyTtlMs",
    "metaTtlMs",
    "newEpoch",
    "server",
    "leap",
    "idempotencyTtlMs",
    "version",
    "receiptTo",
    "exclude",
    "versionEpoch",
    "mark",
  ],
  reply(raw): PublishResult {
    const [offset, epoch, nodes, duplicate, suppressed] = raw as [number, Buffer, number, number, number];
    return { offset, epoch: epoch.toString(), nodes, duplicate: duplicate === 1, suppressed: suppressed === 1 };
  },
});

export const historyScript = defineScript({
  file: new URL("./history.lua", import.meta.url),
  chunks: [keptState],
  keys: ["stream", "meta", "state"],
  args: ["limit", "sinceOffset", "reverse", "metaTtlMs", "newEpoch", "server", "maxBytes"],
  reply(raw): History {
    const [offset, epoch, entries, isCut] = raw as [number, Buffer, Entry[], number];
    return { offset, epoch: epoch.toString(), publications: entries.map(readEntry), isCut: isCut === 1 };
  },
});

/** Id, then names and values in the order they were written. */
type Entry = [Buffer, [Buffer, Buffer, Buffer, Buffer, Buffer?, Buffer?]];

function readEntry([id, [, body, , timeMs, , previous]]: Entry): StoredPublication {
  const offset = Number.parseInt(id.toString("latin1"), 10);
  return {
    offset,
    previousOffset: previous === undefined ? offset - 1 : Number(previous),
    timeMs: Number(timeMs),
    body,
  };
}

export const removeHistoryScript = defineScript({
  file: new URL("./remove-history.lua", import.meta.url),
  chunks: [keptState],
  keys: ["stream", "meta", "state"],
  args: ["metaTtlMs"],
  reply: (raw): { removed: boolean } => ({ removed: (raw as [number])[0] === 1 }),
});
