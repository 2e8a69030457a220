import { useSignal } from "@preact/signals";
import { Fragment, h, type VNode } from "preact";
import { button } from "./html.ts";

export interface AskButtonProps {
  readonly text: string;
  /** What it says where its text alone does not say what it is about. */
  readonly label?: string;
  /** The dialog, from the click until it is closed. */
  readonly ask: (onClose: () => void) => VNode;
}

/** Does nothing by itself: it asks. */
export function AskButton({ text, label, ask }: AskButtonProps): VNode {
  const isAsked = useSignal(false);
  return h(
    Fragment,
    null,
    button({ class: "quiet", "aria-label": label, onClick: () => (isAsked.value = true) }, text),
    isAsked.value && ask(() => (isAsked.value = false)),
  );
}
