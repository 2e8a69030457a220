import type { VNode } from "preact";
import { useDesk } from "../state/desk.ts";
import { quoted } from "../state/search-fields.ts";
import { useWords } from "../state/use-words.ts";
import { a } from "./html.ts";

const words = { en: { audit: "Audit" }, zh: { audit: "审计" } };

export interface AuditLinkProps {
  readonly of: "group" | "task" | "schedule" | "user";
  readonly name: string;
}

/** What was done to one thing, from here, by keys and in vain; not for viewers, who do not read the audit. */
export function AuditLink({ of, name }: AuditLinkProps): VNode | null {
  const said = useWords(words);
  const { route, operator } = useDesk();
  if (operator.role === "viewer") return null;
  return a(
    { class: "back", href: route.href(["audit"], { book: "all", q: `${of}:${quoted(name)}` }) },
    said.audit,
    " ›",
  );
}
