import type { VNode } from "preact";
import { meter, span } from "./html.ts";
import { useNumbers } from "./use-numbers.ts";

/** How many of some places are taken, as a bar and in numbers. */
export function Load({ busy, slots }: { readonly busy: number; readonly slots: number }): VNode {
  const numbers = useNumbers();
  const text = `${numbers.count(busy)} / ${numbers.count(slots)}`;
  return span({ class: "load" }, meter({ min: 0, max: slots, value: busy, "aria-label": text }), span(null, text));
}
