import type { ComponentChildren, VNode } from "preact";
import { dd, div, dt } from "./html.ts";

export interface FigureParts {
  readonly title: string;
  readonly value: ComponentChildren;
  readonly detail: ComponentChildren;
  /** Its course. */
  readonly line?: ComponentChildren;
}

/** One number that is read from afar, and what belongs to it; within a `dl`. */
export function figure({ title, value, detail, line }: FigureParts): VNode {
  return div(
    { class: "figure" },
    dt(null, title),
    dd({ class: "value" }, value),
    dd({ class: "soft" }, detail),
    line && dd({ class: "course" }, line),
  );
}
