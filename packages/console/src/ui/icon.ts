import type { VNode } from "preact";
import { path, svg } from "./html.ts";

/** Drawn on a grid of 16 with a stroke of the text's colour; beside each stands a word, so none says anything by itself. */
const shapes = {
  critical: "M8 1.8 14.6 13.4H1.4ZM8 6v3.6M8 11.4v.3",
  warning: "M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6ZM8 4.8v3.8M8 10.9v.3",
  notice: "M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6ZM8 7.4v3.8M8 4.9v.3",
  fine: "M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6ZM5.2 8.2l2 2 3.7-4.2",
  search: "M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6ZM10.6 10.6l3.2 3.2",
  pause: "M5.4 3.2v9.6M10.6 3.2v9.6",
  play: "M4.8 3v10l8-5Z",
  menu: "M2.4 4.2h11.2M2.4 8h11.2M2.4 11.8h11.2",
  close: "M3.6 3.6l8.8 8.8M12.4 3.6l-8.8 8.8",
  theme: "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 2v12",
  copy: "M5.6 5.6h7.2v7.2H5.6ZM10.4 5.4V3.2H3.2v7.2h2.2",
  user: "M8 2.6a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4ZM2.8 13.6c.4-2.6 2.4-4 5.2-4s4.8 1.4 5.2 4",
} as const;

export type IconName = keyof typeof shapes;

export function icon(name: IconName): VNode {
  return svg({ class: `icon icon-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, path({ d: shapes[name] }));
}
