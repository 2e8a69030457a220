import { Compile } from "typebox/compile";
import { WrittenEntry } from "./audit-entry.ts";

const written = Compile(WrittenEntry);

/**
 * An entry as it is kept; undefined for what the hub has not written. The page that shows who tampered with the audit must not be what
 * tampering takes away, so nothing else reaches it.
 */
export function readEntry(kept: string): WrittenEntry | undefined {
  try {
    const value: unknown = JSON.parse(kept);
    return written.Check(value) && !Number.isNaN(Date.parse(value.at)) ? value : undefined;
  } catch {
    return undefined;
  }
}
