import type { VNode } from "preact";
import type { ScheduleAnswer } from "../answers/schedules.ts";
import { useDesk } from "../state/desk.ts";
import type { Fields } from "../state/hub.ts";
import { useWords } from "../state/use-words.ts";
import { AskButton } from "../ui/ask-button.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.ts";
import { button, part } from "../ui/html.ts";
import { actWords } from "./words.ts";
import { useActs } from "./use-acts.ts";

/** Runs a schedule's task besides its times. */
export function RunNowButton({ id, onDone }: { readonly id: string; readonly onDone?: () => void }): VNode | null {
  const said = useWords(actWords);
  const { hub, operator, notices } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct) return null;
  const run = async (reason: string) => {
    const path = `schedules/${encodeURIComponent(id)}/trigger`;
    const { outcome } = await hub.act<{ readonly outcome: string }>("POST", path, { reason });
    if (outcome === "fired") await tell({ done: said.ran(id) });
    else notices.tell({ kind: "failed", text: said.notRun(id) });
    onDone?.();
  };
  return part(AskButton, {
    text: said.runNow,
    label: said.name(said.runNow, said.quoted(id)),
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: said.runTitle(id),
        effect: said.runEffect,
        act: said.runNow.replace("…", ""),
        asksReason: true,
        onConfirm: run,
        onClose,
      }),
  });
}

export interface ScheduleActProps {
  readonly id: string;
  readonly onDone: () => void;
}

/** It has no next time until it is resumed; what lies between is not missed. */
export function PauseScheduleButton({ id, onDone }: ScheduleActProps): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct) return null;
  const path = `schedules/${encodeURIComponent(id)}`;
  const name = said.name(said.pause, said.quoted(id));
  const pause = async (note: string, expect: Fields | undefined) => {
    const body = note === "" ? undefined : { note };
    const left = await hub.act<ScheduleAnswer>("POST", `${path}/pause`, { body, expect });
    await tell({
      name,
      done: said.schedulePaused(id),
      takeBack: { method: "POST", path: `${path}/resume`, expect: { state: left.state, note: left.note } },
      after: onDone,
    });
  };
  return part(AskButton, {
    text: said.pause,
    label: name,
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: said.pauseTitle(said.quoted(id)),
        effect: said.pauseScheduleEffect,
        act: said.pause.replace("…", ""),
        asksReason: true,
        seen: { state: "active", note: null },
        onConfirm: pause,
        onClose,
      }),
  });
}

export function ResumeScheduleButton({ id, note, onDone }: ScheduleActProps & { readonly note: string }): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const { perform } = useActs();
  if (!operator.mayAct) return null;
  const path = `schedules/${encodeURIComponent(id)}`;
  const name = said.name(said.resume, said.quoted(id));
  const body = note === "" ? undefined : { note };
  const resume = () =>
    perform({
      name,
      run: () => hub.act("POST", `${path}/resume`, { expect: { state: "paused" } }),
      done: said.scheduleResumed(id),
      takeBack: () => ({ method: "POST", path: `${path}/pause`, body, expect: { state: "active" } }),
      after: onDone,
    });
  return button({ class: "quiet", "aria-label": name, onClick: () => void resume() }, said.resume);
}
