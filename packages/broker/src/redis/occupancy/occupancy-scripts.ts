import type { EventBatch, OccupancyEvent } from "../../occupancy.ts";
import { clock, defineScript, waiting } from "../define-script.ts";

const counts = new URL("./chunks/counts.lua", import.meta.url);
const replyGaveWay = (raw: unknown): number => (raw as [number])[0];

export const writeCountsScript = defineScript({
  file: new URL("./write-counts.lua", import.meta.url),
  chunks: [clock, waiting, counts],
  keys: ["channels", "members", "ofNode", "due", "waiting"],
  args: ["lease", "counts", "tellsEdges", "tellsCounts", "vacantMs", "crowd", "crowdMs", "waitingMax"],
  reply: replyGaveWay,
});

export const tellEventScript = defineScript({
  file: new URL("./tell-event.lua", import.meta.url),
  chunks: [waiting],
  keys: ["waiting"],
  args: ["event", "waitingMax"],
  reply: replyGaveWay,
});

export const takeEventsScript = defineScript({
  file: new URL("./take-events.lua", import.meta.url),
  chunks: [clock, waiting],
  keys: ["channels", "members", "due", "waiting", "batch"],
  args: ["newId", "eventsMax", "bytesMax"],
  reply(raw): EventBatch | undefined {
    const [id, timeMs, events] = raw as Buffer[];
    if (id === undefined || timeMs === undefined || events === undefined) return undefined;
    return {
      id: id.toString(),
      timeMs: Number(timeMs),
      events: (JSON.parse(events.toString()) as string[]).map(parseEvent),
    };
  },
});

export const finishBatchScript = defineScript({
  file: new URL("./finish-batch.lua", import.meta.url),
  keys: ["batch"],
  args: ["id"],
  reply: (raw): boolean => (raw as [number])[0] === 1,
});

/** As the scripts write it. */
function parseEvent(text: string): OccupancyEvent {
  const [kind, what] = splitLine(text);
  if (kind === "told") return { kind, eventJson: what };
  if (kind === "occupied" || kind === "vacated") return { kind, channel: what };
  const [first, second] = splitLine(what);
  if (kind === "count") return { kind, channel: second, subscriptions: Number(first) };
  return { kind: kind === "joined" ? "joined" : "left", channel: first, user: second };
}

function splitLine(text: string): [string, string] {
  const newline = text.indexOf("\n");
  return [text.slice(0, newline), text.slice(newline + 1)];
}
