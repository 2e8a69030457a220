import { useSignal } from "@preact/signals";
import { Fragment, h, type VNode } from "preact";
import { useEffect } from "preact/hooks";
import type { GroupAnswer } from "../answers/tasks.ts";
import { useDesk } from "../state/desk.ts";
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
      run: () => hub.send("POST", `${groupPath(group)}/resume`),
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
  const pause = (reason: string) =>
    hub.send("POST", `${groupPath(group)}/pause`, reason === "" ? {} : { reason }).then(() =>
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
  const state = useSignal<GroupAnswer | undefined>(undefined);
  useEffect(() => {
    hub.read<GroupAnswer>(groupPath(group)).then(
      (found) => (state.value = found),
      () => undefined,
    );
  }, []);
  const dead = state.value?.deadLetters;
  const redrive = async () => {
    const { queued } = await hub.send<{ readonly queued: number }>("POST", `${groupPath(group)}/redrive`);
    await act({ run: () => Promise.resolve(), done: said.redriven(numbers.count(queued), said.group(group)) });
    onDone?.();
  };
  return part(ConfirmDialog, {
    title: said.redriveTitle(said.group(group)),
    effect: [
      p(null, dead === undefined ? said.counting : said.redriveEffect(numbers.count(dead), dead === 1)),
      state.value?.status === "paused" && p(null, said.redriveStaysPaused),
    ],
    act: said.redriveAct(dead === undefined ? "…" : numbers.count(dead)),
    onConfirm: redrive,
    onClose,
  });
}

/** Cancels what waits in a group, or all of it; not to be taken back, so its name has to be typed. */
export function CancelButton({ group, isAll, onDone }: GroupActProps & { readonly isAll: boolean }): VNode | null {
  const said = useWords(actWords);
  const numbers = useNumbers();
  const { hub, operator } = useDesk();
  const act = useAct();
  const isAsked = useSignal(false);
  if (!operator.mayAct || operator.role !== "admin") return null;
  const verb = isAll ? said.cancelAll : said.drain;
  const cancel = async (reason: string) => {
    const body = isAll && reason !== "" ? { reason } : undefined;
    const path = `${groupPath(group)}/${isAll ? "cancel" : "drain"}`;
    const { cancelled } = await hub.send<{ readonly cancelled: number }>("POST", path, body);
    await act({ run: () => Promise.resolve(), done: said.cancelled(numbers.count(cancelled), said.group(group)) });
    onDone?.();
  };
  return h(
    Fragment,
    null,
    button({ class: "quiet", onClick: () => (isAsked.value = true) }, verb),
    isAsked.value &&
      part(ConfirmDialog, {
        title: isAll ? said.cancelAllTitle(said.group(group)) : said.drainTitle(said.group(group)),
        effect: isAll ? said.cancelAllEffect : said.drainEffect,
        act: verb.replace("…", ""),
        isGrave: true,
        retype: group === "" ? "-" : group,
        asksReason: isAll,
        onConfirm: cancel,
        onClose: () => (isAsked.value = false),
      }),
  );
}
