import { derivedRecordLua } from "@switchyard/protocol/task-record-key";
import type { History, StoredPublication } from "../../broker.ts";
import { defineScript } from "../define-script.ts";

const keptState = new URL("./chunks/kept-state.lua", import.meta.url);

export const historyScript = defineScript({
  file: new URL("./history.lua", import.meta.url),
  chunks: [derivedRecordLua, keptState],
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
  chunks: [derivedRecordLua, keptState],
  keys: ["stream", "meta", "state"],
  args: ["metaTtlMs"],
  reply: (raw): { removed: boolean } => ({ removed: (raw as [number])[0] === 1 }),
});
