import { useSignal } from "@preact/signals";
import { Fragment, h, type VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { GroupAnswer } from "../answers/tasks.ts";
import { useDesk } from "../state/desk.ts";
import type { Fields } from "../state/hub.ts";
import { useWords } from "../state/use-words.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.ts";
import { button, p, part } from "../ui/html.ts";
import { useNumbers } from "../ui/use-numbers.ts";
import { actWords } from "./words.ts";
import { useAct } from "./use-act.ts";

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
  const act = useAct();
  if (!operator.mayAct) return null;
  const resume = () =>
    act({
      run: () => hub.act("POST", `${groupPath(group)}/resume`, { expect: { paused: true } }),
      done: said.resumed(said.group(group)),
      undo: () => hub.send("POST", `${groupPath(group)}/pause`, { reason }).then(onDone),
    }).then(onDone);
  return button({ class: "quiet", onClick: () => void resume() }, said.resume);
}

/** With a note for whoever finds it standing still. */
export function PauseButton({ group, onDone }: GroupActProps): VNode | null {
  const said = useWords(actWords);
  const { hub, operator } = useDesk();
  const act = useAct();
  const isAsked = useSignal(false);
  if (!operator.mayAct) return null;
  const pause = (reason: string, expect: Fields | undefined) =>
    hub.act("POST", `${groupPath(group)}/pause`, { body: reason === "" ? {} : { reason }, expect }).then(() =>
      act({
        run: () => Promise.resolve(),
        done: said.paused(said.group(group)),
        undo: () => hub.send("POST", `${groupPath(group)}/resume`).then(onDone),
      }).then(onDone),
    );
  return h(
    Fragment,
    null,
    button({ class: "quiet", onClick: () => (isAsked.value = true) }, said.pause),
    isAsked.value &&
      part(ConfirmDialog, {
        title: said.pauseTitle(said.group(group)),
        effect: said.pauseEffect,
        act: said.pause.replace("…", ""),
        asksReason: true,
        seen: { paused: false, reason: null },
        onConfirm: pause,
        onClose: () => (isAsked.value = false),
      }),
  );
}

/** All dead letters of a group, counted before it is asked for. */
export function RedriveButton({ group, onDone }: GroupActProps): VNode | null {
  const said = useWords(actWords);
  const isAsked = useSignal(false);
  if (!useDesk().operator.mayAct) return null;
  return h(
    Fragment,
    null,
    button({ class: "quiet", onClick: () => (isAsked.value = true) }, said.redrive),
    isAsked.value && part(RedriveDialog, { group, onDone, onClose: () => (isAsked.value = false) }),
  );
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
  const act = useAct();
  const state = useGroupOnce(group);
  const dead = state?.deadLetters;
  const redrive = async (reason: string, expect: Fields | undefined) => {
    const path = `${groupPath(group)}/redrive`;
    const { queued } = await hub.act<{ readonly queued: number }>("POST", path, { reason, expect });
    await act({ run: () => Promise.resolve(), done: said.redriven(numbers.count(queued), said.group(group)) });
    onDone?.();
  };
  return part(ConfirmDialog, {
    title: said.redriveTitle(said.group(group)),
    effect: [
      p(null, dead === undefined ? said.counting : said.redriveEffect(numbers.count(dead), dead === 1)),
      state?.status === "paused" && p(null, said.redriveStaysPaused),
    ],
    act: said.redriveAct(dead === undefined ? "…" : numbers.count(dead)),
    asksReason: true,
    seen: dead === undefined ? undefined : { deadLetters: dead },
    onConfirm: redrive,
    onClose,
  });
}

/** Cancels what waits in a group, or all of it; not to be taken back, so its name has to be typed. */
export function CancelButton({ group, isAll, onDone }: GroupActProps & { readonly isAll: boolean }): VNode | null {
  const said = useWords(actWords);
  const { operator } = useDesk();
  const isAsked = useSignal(false);
  if (!operator.mayAct || operator.role !== "admin") return null;
  return h(
    Fragment,
    null,
    button({ class: "quiet", onClick: () => (isAsked.value = true) }, isAll ? said.cancelAll : said.drain),
    isAsked.value && part(CancelDialog, { group, isAll, onDone, onClose: () => (isAsked.value = false) }),
  );
}

function CancelDialog({ group, isAll, onDone, onClose }: RedriveProps & { readonly isAll: boolean }): VNode {
  const said = useWords(actWords);
  const numbers = useNumbers();
  const { hub } = useDesk();
  const act = useAct();
  const state = useGroupOnce(group);
  const cancel = async (reason: string, expect: Fields | undefined) => {
    const path = `${groupPath(group)}/${isAll ? "cancel" : "drain"}`;
    // What is cancelled says why, and what is only drained has no place for it.
    const body = isAll ? { reason } : undefined;
    const { cancelled } = await hub.act<{ readonly cancelled: number }>("POST", path, { body, reason, expect });
    await act({ run: () => Promise.resolve(), done: said.cancelled(numbers.count(cancelled), said.group(group)) });
    onDone?.();
  };
  return part(ConfirmDialog, {
    title: isAll ? said.cancelAllTitle(said.group(group)) : said.drainTitle(said.group(group)),
    effect: [
      p(null, state && said.inIt(numbers.count(state.waiting), numbers.count(state.active + state.held))),
      p(null, isAll ? said.cancelAllEffect : said.drainEffect),
    ],
    act: (isAll ? said.cancelAll : said.drain).replace("…", ""),
    isGrave: true,
    retype: group === "" ? "-" : group,
    asksReason: "needed",
    seen: state && { waiting: state.waiting },
    onConfirm: cancel,
    onClose,
  });
}

/** As it stands when the question is asked. */
function useGroupOnce(group: string): GroupAnswer | undefined {
  const { hub } = useDesk();
  const state = useSignal<GroupAnswer | undefined>(undefined);
  useEffect(() => {
    hub.read<GroupAnswer>(groupPath(group)).then(
      (found) => (state.value = found),
      () => undefined,
    );
  }, []);
  return state.value;
}
