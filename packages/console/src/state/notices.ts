import { type Signal, signal } from "@preact/signals";

/** One thing that was done or could not be done, told for a while. */
export interface Notice {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
  readonly undo?: (() => void) | undefined;
}

export interface Notices {
  readonly shown: Signal<readonly Notice[]>;
  tell(notice: Omit<Notice, "id">): void;
  dismiss(id: number): void;
}

/** A failure stays until it is dismissed; what was done goes by itself, late enough to undo it. */
const doneForMs = 8_000;
const shownMax = 3;

export function openNotices(): Notices {
  const shown = signal<readonly Notice[]>([]);
  let next = 1;
  const dismiss = (id: number) => {
    shown.value = shown.value.filter((one) => one.id !== id);
  };
  return {
    shown,
    dismiss,
    tell(notice) {
      const id = next++;
      shown.value = [...shown.value, { ...notice, id }].slice(-shownMax);
      if (notice.kind === "done") setTimeout(() => dismiss(id), doneForMs);
    },
  };
}
