import type { VNode } from "preact";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { AskButton } from "../ui/ask-button.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.ts";
import { part } from "../ui/html.ts";
import { actWords } from "./words.ts";
import { useActs } from "./use-acts.ts";

/** Asks, since whoever paused all of it may have had a reason, and there is no way back from here. For admins, as on the board of queues. */
export function ResumeQueueButton(): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct || operator.role !== "admin") return null;
  const resume = async (reason: string) => {
    const { resumed } = await hub.act<{ readonly resumed: boolean }>("POST", "queue/resume", { reason });
    await tell({ done: resumed ? said.queueResumed : said.queueWentOn });
  };
  return part(AskButton, {
    text: said.resumeQueue,
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: said.resumeQueueTitle,
        effect: said.resumeQueueEffect,
        act: said.resumeQueue.replace("…", ""),
        asksReason: true,
        onConfirm: resume,
        onClose,
      }),
  });
}
