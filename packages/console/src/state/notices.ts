import { type Signal, signal } from "@preact/signals";

/** One thing that was done or could not be done, told for a while. */
export interface Notice {
  readonly id: number;
  readonly kind: "done" | "failed" | "working";
  readonly text: string;
  /** Which act it tells of. */
  readonly of?: string | undefined;
  readonly undo?: (() => void) | undefined;
  /** Of what was not done. */
  readonly again?: (() => void) | undefined;
}

export interface Notices {
  readonly shown: Signal<readonly Notice[]>;
  tell(notice: Omit<Notice, "id">): void;
  /** That something is under way, if it is not over soon. @returns to be called when it is over */
  tellWork(text: string, afterMs: number): () => void;
  dismiss(id: number): void;
  /** An act is tried again: that it has failed before says nothing of it any more. */
  forgetFailures(of: string): void;
  /** Takes back what was done last. @returns whether there was anything to take back */
  undoNewest(): boolean;
}

/** A failure stays until it is dismissed; what was done goes by itself, late enough to undo it. */
const doneForMs = 8_000;
const shownMax = 3;

/** @param isHeld somebody points at them or has the focus in them: none goes from under their hands */
export function openNotices(isHeld = () => false, forMs = doneForMs): Notices {
  const shown = signal<readonly Notice[]>([]);
  let next = 1;
  const dismiss = (id: number) => {
    shown.value = shown.value.filter((one) => one.id !== id);
  };
  const leave = (id: number) => {
    if (isHeld() && shown.value.some((one) => one.id === id)) setTimeout(() => leave(id), forMs / 4);
    else dismiss(id);
  };
  const tell = (notice: Omit<Notice, "id">) => {
    const id = next++;
    shown.value = [...shown.value, { ...notice, id }].slice(-shownMax);
    if (notice.kind === "done") setTimeout(() => leave(id), forMs);
    return id;
  };
  return {
    shown,
    dismiss,
    tell: (notice) => void tell(notice),
    forgetFailures(of) {
      shown.value = shown.value.filter((one) => one.kind !== "failed" || one.of !== of);
    },
    tellWork(text, afterMs) {
      let id = 0;
      const timer = setTimeout(() => (id = tell({ kind: "working", text })), afterMs);
      return () => {
        clearTimeout(timer);
        dismiss(id);
      };
    },
    undoNewest() {
      const newest = shown.value.findLast(({ undo }) => undo !== undefined);
      if (newest === undefined) return false;
      dismiss(newest.id);
      newest.undo?.();
      return true;
    },
  };
}
