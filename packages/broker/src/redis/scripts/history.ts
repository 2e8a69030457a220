import type { History, StoredPublication } from "../../broker.ts";
import { defineScript } from "../define-script.ts";

export const historyScript = defineScript({
  file: new URL("./history.lua", import.meta.url),
  keys: ["stream", "meta", "record"],
  args: ["limit", "sinceOffset", "reverse", "metaTtlMs", "newEpoch", "server"],
  reply(raw): History {
    const [offset, epoch, entries] = raw as [number, Buffer, Entry[]];
    return { offset, epoch: epoch.toString(), publications: entries.map(readEntry) };
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
