import { useSignal } from "@preact/signals";
import { Fragment, h, type VNode } from "preact";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.ts";
import { button, part } from "../ui/html.ts";
import { actWords } from "./words.ts";
import { useAct } from "./use-act.ts";

/** Runs a schedule's task besides its times. */
export function RunNowButton({ id, onDone }: { readonly id: string; readonly onDone?: () => void }): VNode | null {
  const said = useWords(actWords);
  const { hub, operator, notices } = useDesk();
  const act = useAct();
  const isAsked = useSignal(false);
  if (!operator.mayAct) return null;
  const run = async () => {
    const path = `schedules/${encodeURIComponent(id)}/trigger`;
    const { outcome } = await hub.send<{ readonly outcome: string }>("POST", path);
    if (outcome === "fired") await act({ run: () => Promise.resolve(), done: said.ran(id) });
    else notices.tell({ kind: "failed", text: said.notRun(id) });
    onDone?.();
  };
  return h(
    Fragment,
    null,
    button({ class: "quiet", onClick: () => (isAsked.value = true) }, said.runNow),
    isAsked.value &&
      part(ConfirmDialog, {
        title: said.runTitle(id),
        effect: said.runEffect,
        act: said.runNow.replace("…", ""),
        onConfirm: run,
        onClose: () => (isAsked.value = false),
      }),
  );
}
