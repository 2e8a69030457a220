import { parseExactJson } from "@switchyard/protocol/exact-json";
import { wellFormedJson } from "@switchyard/protocol/well-formed-json";
import { type ConnectionEnd, type ConnectionFacts, type ConnectionRecord, nodeLost } from "../../connection-index.ts";

/** JSON that Redis' cjson and every reader take, whatever texts it holds. */
export function jsonText(value: unknown): string {
  return wellFormedJson(JSON.stringify(value));
}

/** A value of the hash of records, `<life> <facts as JSON>` (write-connections.lua). */
export function decodeFacts(value: string): ConnectionFacts {
  return parseExactJson(value.slice(value.indexOf(" ") + 1)) as ConnectionFacts;
}

export function decodeConnection(client: string, lease: string, value: string): ConnectionRecord {
  return { client, node: nodeOfLease(lease), ...decodeFacts(value) };
}

/** A node's first lease is its uid; later ones have a number behind it (nodes/node-lease.ts). */
export function nodeOfLease(lease: string): string {
  const dot = lease.indexOf(".");
  return dot === -1 ? lease : lease.slice(0, dot);
}

/** 0 for the first. */
export function lifeOfLease(lease: string): string {
  const dot = lease.indexOf(".");
  return dot === -1 ? "0" : lease.slice(dot + 1);
}

/** How a connection has ended, for write-connections.lua: an object, and apart from it its channels. */
export function textsOfEnd(end: ConnectionEnd | undefined): [how: string, channelsJson: string] {
  if (end === undefined) return ["{}", "[]"];
  const { channels, ...how } = end;
  return [jsonText(how), channels === undefined ? "" : jsonText(channels)];
}

/** Of a connection whose gateway has died, as the one who finds it says. */
export function endOfLost({ connectedAtMs }: ConnectionFacts): ConnectionEnd {
  return { ...nodeLost, initiator: "hub", durationMs: Math.max(0, Date.now() - connectedAtMs) };
}

/** Begins a user's entries in the sorted set of a lane; chunks/fields.lua makes the same. With equal scores they stand together. */
export function userEntryPrefix(user: string): string {
  return `${Buffer.byteLength(user)}:${user}:`;
}

/** What stands behind the prefix. */
export function parseUserEntry(entry: string, user: string): { client: string; lease: string } {
  const [client = "", lease = ""] = entry.slice(userEntryPrefix(user).length).split(" ");
  return { client, lease };
}

/** Texts for a script, each with its length in bytes before it; read by chunks/fields.lua. */
export function packFields(texts: Iterable<string> = []): string {
  let packed = "";
  for (const text of texts) packed += `${Buffer.byteLength(text)} ${text}`;
  return packed;
}
