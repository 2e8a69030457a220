import type { VNode } from "preact";
import { path, svg, title as titleOf } from "./html.ts";

const width = 120;
const height = 24;

/**
 * The course of one figure, without axes: whether it rises, falls or jumps. What is not known is a gap, not a zero. What it says in words
 * is there for who points at it, too.
 */
export function sparkLine(values: readonly (number | null)[], title: string): VNode {
  const known = values.filter((value) => value !== null);
  const most = Math.max(1, ...known);
  const step = width / Math.max(1, values.length - 1);
  let isOpen = false;
  const d = values
    .map((value, index) => {
      if (value === null) {
        isOpen = false;
        return "";
      }
      const [x, y] = [(index * step).toFixed(1), (height - 1 - (value / most) * (height - 2)).toFixed(1)];
      // One between two gaps is a dot.
      const piece = isOpen ? `L${x} ${y}` : `M${x} ${y}h.1`;
      isOpen = true;
      return piece;
    })
    .join("");
  return svg(
    {
      class: "spark",
      viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": title,
    },
    titleOf(null, title),
    path({ class: "ground", d: `M0 ${height - 0.5}H${width}` }),
    path({ d }),
  );
}
