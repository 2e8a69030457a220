import type { History } from "../../broker.ts";
import { defineScript } from "../define-script.ts";

export const historyScript = defineScript({
  file: new URL("./history.lua", import.meta.url),
  keys: ["stream", "meta", "newest"],
  args: ["limit", "sinceOffset", "reverse", "metaTtlMs", "newEpoch"],
  reply(raw): History {
    const [offset, epoch, entries] = raw as [number, Buffer, [Buffer, [Buffer, Buffer, Buffer, Buffer]][]];
    const publications = entries.map(([id, [, body, , timeMs]]) => ({
      timeMs: Number(timeMs),
      offset: Number.parseInt(id.toString("latin1"), 10),
      body,
    }));
    return { offset, epoch: epoch.toString(), publications };
  },
});
