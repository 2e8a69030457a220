import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { button, div, progress, span } from "../ui/html.ts";
import { icon } from "../ui/icon.ts";
import { leadToNotices } from "./lead-to-notices.ts";
import { shellWords } from "./shell-words.ts";

/** What was done, with the way back where there is one. Read out politely; a failure at once. */
export function NoticeList(): VNode {
  const said = useWords(shellWords);
  const { notices } = useDesk();
  const shown = notices.shown.value;
  const list = useRef<HTMLDivElement>(null);
  useEffect(
    () => (list.current === null ? undefined : leadToNotices(list.current, () => document.getElementById("main"))),
    [],
  );
  return div(
    { ref: list, class: "notices", role: "status" },
    shown.map(({ id, kind, text, undo, again }) =>
      div(
        { key: id, class: `toast ${kind}`, role: kind === "failed" ? "alert" : undefined },
        kind === "working" ? progress({ "aria-label": text }) : icon(kind === "failed" ? "critical" : "fine"),
        span(null, text),
        undo &&
          button(
            { class: "quiet", "aria-keyshortcuts": "u Control+Z", onClick: () => (notices.dismiss(id), undo()) },
            said.undo,
          ),
        again && button({ class: "quiet", onClick: () => (notices.dismiss(id), again()) }, said.again),
        button({ class: "plain", "aria-label": said.dismiss, onClick: () => notices.dismiss(id) }, icon("close")),
      ),
    ),
  );
}
