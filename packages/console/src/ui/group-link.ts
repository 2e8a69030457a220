import type { VNode } from "preact";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { a, bdi } from "./html.ts";

const words = { en: { ungrouped: "without a group" }, zh: { ungrouped: "未分组" } };

/** The ungrouped have no name, and `-` in a path. */
export function GroupLink({ group }: { readonly group: string }): VNode {
  const said = useWords(words);
  const { href } = useDesk().route;
  const shown = group === "" ? said.ungrouped : bdi(null, group);
  return a({ href: href(["groups", group === "" ? "-" : group]) }, shown);
}
