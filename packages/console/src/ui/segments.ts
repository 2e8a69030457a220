import type { VNode } from "preact";
import { a, div } from "./html.ts";

export interface Segment {
  readonly text: string;
  readonly href: string;
  readonly isHere: boolean;
}

/** One of a few, as links: each can be opened beside, kept and sent. */
export function segments(title: string, choices: readonly Segment[]): VNode {
  return div(
    { class: "segments", role: "group", "aria-label": title },
    choices.map(({ text, href, isHere }) => a({ key: href, href, "aria-current": isHere ? "true" : undefined }, text)),
  );
}
