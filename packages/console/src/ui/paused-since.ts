import type { VNode } from "preact";
import { useWords } from "../state/use-words.ts";
import { bdi, part, span } from "./html.ts";
import { When } from "./when.ts";

const words = { en: { by: "by" }, zh: { by: "操作者" } };

export interface PausedSinceProps {
  readonly atMs: number;
  /** Null: the hub itself, or nobody knows. */
  readonly by: string | null;
}

/** Since when something stands still, and whose act that was. */
export function PausedSince({ atMs, by }: PausedSinceProps): VNode {
  const said = useWords(words);
  return span({ class: "soft" }, part(When, { atMs }), by !== null && [` ${said.by} `, bdi(null, by)]);
}
