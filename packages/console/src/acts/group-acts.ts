import type { VNode } from "preact";
import type { GroupAnswer } from "../answers/tasks.ts";
import { useDesk } from "../state/desk.ts";
import type { Fields } from "../state/hub.ts";
import { useWords } from "../state/use-words.ts";
import { AskButton } from "../ui/ask-button.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.ts";
import { button, p, part } from "../ui/html.ts";
import { useNumbers } from "../ui/use-numbers.ts";
import { actWords } from "./words.ts";
import { useActs } from "./use-acts.ts";
import { useOnce } from "./use-once.ts";

export interface GroupActProps {
  /** Empty: the ungrouped. */
  readonly group: string;
  /** After it is done. */
  readonly onDone?: () => void;
}

/** Of a group below `/ops/api/`. */
export function groupPath(group: string): string {
  return `groups/${group === "" ? "-" : encodeURIComponent(group)}`;
}

/** At a click, since it can be undone. */
export function ResumeButton({ group, reason, onDone }: GroupActProps & { readonly reason: string }): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const { perform } = useActs();
  if (!operator.mayAct) return null;
  const name = said.name(said.resume, said.group(group));
  const path = groupPath(group);
  const resume = () =>
    perform({
      name,
      run: () => hub.act("POST", `${path}/resume`, { expect: { paused: true } }),
      done: said.resumed(said.group(group)),
      takeBack: () => ({ method: "POST", path: `${path}/pause`, body: { reason }, expect: { paused: false } }),
      after: onDone,
    });
  return button({ class: "quiet", "aria-label": name, onClick: () => void resume() }, said.resume);
}

/** With a note for whoever finds it standing still. */
export function PauseButton({ group, onDone }: GroupActProps): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct) return null;
  const name = said.name(said.pause, said.group(group));
  const path = groupPath(group);
  const pause = async (reason: string, expect: Fields | undefined) => {
    const left = await hub.act<GroupAnswer>("POST", `${path}/pause`, {
      body: reason === "" ? {} : { reason },
      expect,
    });
    await tell({
      name,
      done: said.paused(said.group(group)),
      takeBack: {
        method: "POST",
        path: `${path}/resume`,
        expect: { paused: left.status === "paused", reason: left.reason },
      },
      after: onDone,
    });
  };
  return part(AskButton, {
    text: said.pause,
    label: name,
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: said.pauseTitle(said.group(group)),
        effect: said.pauseEffect,
        act: said.pause.replace("…", ""),
        asksReason: true,
        seen: { paused: false, reason: null },
        onConfirm: pause,
        onClose,
      }),
  });
}

/** All dead letters of a group, counted before it is asked for. */
export function RedriveButton({ group, onDone }: GroupActProps): VNode | null {
  const said = useWords(actWords);
  if (!useDesk().operator.mayAct) return null;
  return part(AskButton, {
    text: said.redrive,
    label: said.name(said.redrive, said.group(group)),
    ask: (onClose) => part(RedriveDialog, { group, onDone, onClose }),
  });
}

interface RedriveProps {
  readonly group: string;
  readonly onDone: (() => void) | undefined;
  readonly onClose: () => void;
}

function RedriveDialog({ group, onDone, onClose }: RedriveProps): VNode {
  const said = useWords(actWords);
  const numbers = useNumbers();
  const { hub } = useDesk();
  const { tell } = useActs();
  const { found: state, failure, again } = useOnce((api) => api.read<GroupAnswer>(groupPath(group)));
  const dead = state?.deadLetters;
  const redrive = async (reason: string, expect: Fields | undefined) => {
    const path = `${groupPath(group)}/redrive`;
    // Each of them says why in its course.
    const body = reason === "" ? {} : { reason };
    const asked = { body, reason, expect, isLong: true };
    const { queued } = await hub.act<{ readonly queued: number }>("POST", path, asked);
    await tell({ done: said.redriven(numbers.count(queued), said.group(group)), after: onDone });
  };
  return part(ConfirmDialog, {
    title: said.redriveTitle(said.group(group)),
    effect: [
      p(null, dead === undefined ? (failure ?? said.counting) : said.redriveEffect(numbers.count(dead), dead === 1)),
      state?.status === "paused" && p(null, said.redriveStaysPaused),
    ],
    act: said.redriveAct(dead === undefined ? "…" : numbers.count(dead)),
    asksReason: true,
    isReady: dead !== undefined,
    seen: dead === undefined ? undefined : { deadLetters: dead },
    onConfirm: redrive,
    onMoved: again,
    onClose,
  });
}

/** All dead letters of a group, which nobody can run again then: its name has to be typed. */
export function DiscardButton({ group, onDone }: GroupActProps): VNode | null {
  const said = useWords(actWords);
  const { operator } = useDesk();
  if (!operator.mayAct || operator.role !== "admin") return null;
  return part(AskButton, {
    text: said.discard,
    label: said.name(said.discard, said.group(group)),
    ask: (onClose) => part(DiscardDialog, { group, onDone, onClose }),
  });
}

function DiscardDialog({ group, onDone, onClose }: RedriveProps): VNode {
  const said = useWords(actWords);
  const numbers = useNumbers();
  const { hub } = useDesk();
  const { tell } = useActs();
  const { found: state, failure, again } = useOnce((api) => api.read<GroupAnswer>(groupPath(group)));
  const dead = state?.deadLetters;
  const discard = async (reason: string, expect: Fields | undefined) => {
    const path = `${groupPath(group)}/discard`;
    const asked = { body: { reason }, reason, expect, isLong: true };
    const { discarded } = await hub.act<{ readonly discarded: number }>("POST", path, asked);
    await tell({ done: said.discarded(numbers.count(discarded), said.group(group)), after: onDone });
  };
  return part(ConfirmDialog, {
    title: said.discardTitle(said.group(group)),
    effect: p(
      { role: "status" },
      dead === undefined ? (failure ?? said.counting) : said.discardEffect(numbers.count(dead), dead === 1),
    ),
    act: said.discard.replace("…", ""),
    isGrave: true,
    retype: group === "" ? "-" : group,
    asksReason: "needed",
    isReady: dead !== undefined,
    seen: dead === undefined ? undefined : { deadLetters: dead },
    onConfirm: discard,
    onMoved: again,
    onClose,
  });
}

/** Cancels what waits in a group, or all of it; not to be taken back, so its name has to be typed. */
export function CancelButton({ group, isAll, onDone }: GroupActProps & { readonly isAll: boolean }): VNode | null {
  const said = useWords(actWords);
  const { operator } = useDesk();
  if (!operator.mayAct || operator.role !== "admin") return null;
  const verb = isAll ? said.cancelAll : said.drain;
  const name = said.name(verb, said.group(group));
  return part(AskButton, {
    text: verb,
    label: name,
    ask: (onClose) => part(CancelDialog, { group, isAll, onDone, onClose }),
  });
}

function CancelDialog({ group, isAll, onDone, onClose }: RedriveProps & { readonly isAll: boolean }): VNode {
  const said = useWords(actWords);
  const numbers = useNumbers();
  const { hub } = useDesk();
  const { tell } = useActs();
  const { found: state, failure, again } = useOnce((api) => api.read<GroupAnswer>(groupPath(group)));
  const cancel = async (reason: string, expect: Fields | undefined) => {
    const path = `${groupPath(group)}/${isAll ? "cancel" : "drain"}`;
    // What is cancelled says why, and what is only drained has no place for it.
    const body = isAll ? { reason } : undefined;
    const { cancelled } = await hub.act<{ readonly cancelled: number }>("POST", path, {
      body,
      reason,
      expect,
      isLong: true,
    });
    await tell({ done: said.cancelled(numbers.count(cancelled), said.group(group)), after: onDone });
  };
  return part(ConfirmDialog, {
    title: isAll ? said.cancelAllTitle(said.group(group)) : said.drainTitle(said.group(group)),
    effect: [
      p(
        { role: "status" },
        state === undefined
          ? (failure ?? said.counting)
          : said.inIt(numbers.count(state.waiting), numbers.count(state.active + state.held)),
      ),
      p(null, isAll ? said.cancelAllEffect : said.drainEffect),
    ],
    act: (isAll ? said.cancelAll : said.drain).replace("…", ""),
    isGrave: true,
    retype: group === "" ? "-" : group,
    asksReason: "needed",
    isReady: state !== undefined,
    seen: state && { waiting: state.waiting },
    onConfirm: cancel,
    onMoved: again,
    onClose,
  });
}
