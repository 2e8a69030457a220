import type { PublishResult } from "../../broker.ts";
import { defineScript } from "../define-script.ts";

export const publishScript = defineScript({
  file: new URL("./publish.lua", import.meta.url),
  chunks: ["kept-state"],
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
