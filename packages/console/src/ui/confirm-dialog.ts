import { useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject, VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useDesk } from "../state/desk.ts";
import { HubFailure } from "../state/hub.ts";
import { useWords } from "../state/use-words.ts";
import { failureText } from "./failure.ts";
import { button, dialog, div, form, h2, input, label, p } from "./html.ts";

const words = {
  en: {
    cancel: "Cancel",
    type: (text: string) => `Type ${text} to go on`,
    reason: "Why, for the audit and for others",
  },
  zh: {
    cancel: "取消",
    type: (text: string) => `输入 ${text} 以继续`,
    reason: "原因（记入审计，供他人查看）",
  },
};

export interface ConfirmProps {
  readonly title: string;
  /** What it comes to. */
  readonly effect: ComponentChildren;
  /** On the button that does it. */
  readonly act: string;
  /** It cannot be undone. */
  readonly isGrave?: boolean;
  /** Has to be typed first. */
  readonly retype?: string;
  readonly asksReason?: boolean;
  /** What it throws is shown here, and the dialog stays. */
  readonly onConfirm: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something is done. What does the least harm has the focus: Cancel, or the field that is to be filled first. */
export function ConfirmDialog(props: ConfirmProps): VNode {
  const { title, effect, act, isGrave = false, retype, asksReason = false, onConfirm, onClose } = props;
  const said = useWords(words);
  const { preferences, live } = useDesk();
  const ref = useRef<HTMLDialogElement>(null);
  const [heading, reasonId, retypeId] = [useId(), useId(), useId()];
  const reason = useSignal("");
  const typed = useSignal("");
  const isBusy = useSignal(false);
  const failure = useSignal<HubFailure | undefined>(undefined);
  useLayoutEffect(() => {
    ref.current?.showModal();
    // The row it came from stays, and the question with it.
    return live.hold();
  }, []);

  const close = useClosing(ref, onClose);
  const confirm = async (event: Event) => {
    event.preventDefault();
    isBusy.value = true;
    try {
      await onConfirm(reason.value.trim());
      close();
    } catch (error) {
      if (!(error instanceof HubFailure)) throw error;
      failure.value = error;
    } finally {
      isBusy.value = false;
    }
  };
  const field = (id: string, text: string, value: typeof reason) => [
    label({ for: id }, text),
    input({
      id,
      maxLength: 500,
      value: value.value,
      autocomplete: "off",
      onInput: (event) => (value.value = event.currentTarget.value),
    }),
  ];
  const isReady = !isBusy.value && (retype === undefined || typed.value === retype);
  return dialog(
    { ref, class: "confirm", "aria-labelledby": heading, onClose: close, onCancel: close },
    form(
      { method: "dialog", onSubmit: (event) => void confirm(event) },
      h2({ id: heading }, title),
      div({ class: "effect" }, effect),
      asksReason && field(reasonId, said.reason, reason),
      retype !== undefined && field(retypeId, said.type(retype), typed),
      failure.value && p({ role: "alert", class: "bad" }, failureText(failure.value, preferences.language.value)),
      div(
        { class: "buttons" },
        button({ type: "button", class: "quiet", autofocus: true, onClick: close }, said.cancel),
        button({ type: "submit", class: isGrave ? "grave" : "main", disabled: !isReady }, act),
      ),
    ),
  );
}

/** Closes at once, and once: the browser tells of a closed dialog later, when the same question may be open again. */
function useClosing(dialogRef: RefObject<HTMLDialogElement | null>, onClose: () => void): () => void {
  const isOver = useRef(false);
  return () => {
    if (isOver.current) return;
    isOver.current = true;
    dialogRef.current?.close();
    onClose();
  };
}
