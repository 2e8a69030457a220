import Type from "typebox";
import { Compile } from "typebox/compile";
import type { WrittenEntry } from "./audit-entry.ts";

const text = Type.String();
const object = Type.Object({});

const entry = Compile(
  Type.Object({
    at: Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$` }),
    chain: text,
    seq: Type.Integer(),
    kind: Type.Enum(["intent", "outcome", "login", "logout", "refused"]),
    act: text,
    actor: text,
    via: Type.Enum(["page", "key"]),
    address: Type.Optional(text),
    session: Type.Optional(text),
    action: text,
    target: Type.Optional(object),
    details: Type.Optional(object),
    reason: Type.Optional(text),
    before: Type.Optional(object),
    after: Type.Optional(object),
    status: Type.Optional(Type.Integer()),
    why: Type.Optional(text),
  }),
);

/**
 * An entry as it is kept; undefined for what the hub has not written. The page that shows who tampered with the audit must not be what
 * tampering takes away, so nothing else reaches it.
 */
export function readEntry(kept: string): WrittenEntry | undefined {
  try {
    const value: unknown = JSON.parse(kept);
    return entry.Check(value) && !Number.isNaN(Date.parse(value.at)) ? (value satisfies WrittenEntry) : undefined;
  } catch {
    return undefined;
  }
}
