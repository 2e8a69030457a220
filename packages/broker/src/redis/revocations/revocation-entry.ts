import { type Revocation, revocationKinds } from "../../revocation.ts";

/** What an announcement says: the revocation, and how many there have been with it. */
export interface Announcement {
  readonly count: number;
  readonly revocation: Revocation;
}

const entryShape = new RegExp(String.raw`^(\d+):(${revocationKinds.join("|")}):(.*)$`, "s");

/** Reads `<beforeMs>:<kind>:<id>`, as the scripts write it; undefined for what they did not write. */
export function parseRevocation(entry: string, untilMs: number): Revocation | undefined {
  const [, beforeMs, kind, id] = entryShape.exec(entry) ?? [];
  if (beforeMs === undefined || id === undefined || !Number.isFinite(untilMs)) return undefined;
  return { kind: kind as Revocation["kind"], id, beforeMs: Number(beforeMs), untilMs };
}

/** Reads `<count>:<untilMs>:<entry>`. */
export function parseAnnouncement(payload: string): Announcement | undefined {
  const [, count, untilMs, entry = ""] = /^(\d+):(\d+):(.*)$/s.exec(payload) ?? [];
  const revocation = parseRevocation(entry, Number(untilMs));
  return revocation === undefined ? undefined : { count: Number(count), revocation };
}
