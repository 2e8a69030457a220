import { relative } from "node:path";

/** A path as a person names it: from where they are when it lies below, else in full. */
export function shortPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}
