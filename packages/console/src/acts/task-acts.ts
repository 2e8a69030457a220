import type { VNode } from "preact";
import { useDesk } from "../state/desk.ts";
import type { Fields } from "../state/hub.ts";
import { useWords } from "../state/use-words.ts";
import { AskButton } from "../ui/ask-button.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.ts";
import { button, part } from "../ui/html.ts";
import { actWords } from "./words.ts";
import { useActs } from "./use-acts.ts";

export interface TaskActProps {
  readonly id: string;
  readonly onDone: () => void;
}

/** A failed task goes to the end of its group, with all its attempts. */
export function RetryButton({ id, onDone }: TaskActProps): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const { perform } = useActs();
  if (!operator.mayAct) return null;
  const name = said.name(said.retry, id);
  const run = () => hub.send("POST", `tasks/${encodeURIComponent(id)}/retry`);
  const retry = () => perform({ name, run, done: said.retried(id), after: onDone });
  return button({ class: "quiet", "aria-label": name, onClick: () => void retry() }, said.retry);
}

export function CancelTaskButton({ id, status, onDone }: TaskActProps & { readonly status: string }): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct) return null;
  const cancel = async (reason: string, expect: Fields | undefined) => {
    const body = reason === "" ? undefined : { reason };
    await hub.act("POST", `tasks/${encodeURIComponent(id)}/cancel`, { body, expect });
    await tell({ done: said.cancelledOne(id), after: onDone });
  };
  return part(AskButton, {
    text: said.cancel,
    label: said.name(said.cancel, id),
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: said.cancelTitle(id),
        effect: said.cancelEffect,
        act: said.cancel.replace("…", ""),
        isGrave: true,
        asksReason: true,
        seen: { status },
        onConfirm: cancel,
        onClose,
      }),
  });
}

/** A dead letter that nobody wants to run again. */
export function DiscardTaskButton({ id, onDone }: TaskActProps): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct) return null;
  const discard = async (reason: string, expect: Fields | undefined) => {
    const body = reason === "" ? undefined : { reason };
    await hub.act("POST", `tasks/${encodeURIComponent(id)}/discard`, { body, expect });
    await tell({ done: said.discardedOne(id), after: onDone });
  };
  return part(AskButton, {
    text: said.discard,
    label: said.name(said.discard, id),
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: said.discardOneTitle(id),
        effect: said.discardOneEffect,
        act: said.discard.replace("…", ""),
        isGrave: true,
        asksReason: true,
        seen: { status: "failed" },
        onConfirm: discard,
        onClose,
      }),
  });
}
