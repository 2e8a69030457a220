import { useSignal } from "@preact/signals";
import type { ComponentChildren, RefObject, VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useDesk } from "../state/desk.ts";
import { type Fields, type HubCalls, HubFailure } from "../state/hub.ts";
import { nameInText, visibleName } from "../state/name-in-text.ts";
import { useWords } from "../state/use-words.ts";
import { actFailureText } from "./act-failure.ts";
import { button, dialog, div, form, h2, input, label, p, part, progress, span } from "./html.ts";
import { Later } from "./later.ts";
import type { MovedFieldsProps } from "./moved-fields.ts";
import type { ProofFieldProps } from "./proof-field.ts";
import { useNumbers } from "./use-numbers.ts";

const words = {
  en: {
    back: "Back",
    type: (text: string) => `Type ${nameInText(text)} to go on`,
    reason: "Why, for the audit and for others",
    reasonNeeded: "Why, in ten characters or more, for the audit",
    atWork: (span: string) => `At work for ${span}. It goes on when you close this question.`,
  },
  zh: {
    back: "返回",
    type: (text: string) => `输入 ${nameInText(text)} 以继续`,
    reason: "原因（记入审计，供他人查看）",
    reasonNeeded: "原因，至少十个字符（记入审计）",
    atWork: (span: string) => `已执行 ${span}。关闭此对话框后仍会继续。`,
  },
};

const reasonMinCharacters = 10;

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
  /** `needed`: of ten characters or more, as the api wants it where many things cannot be undone. */
  readonly asksReason?: boolean | "needed";
  /** False: what it comes to is not known yet, or is nothing. */
  readonly isReady?: boolean;
  /** What somebody sees of it while they decide. Where that has moved the dialog shows how, and asks again. */
  readonly seen?: Fields | undefined;
  /** It has moved: what `effect` says of it is to be read anew. */
  readonly onMoved?: () => void;
  /** What it throws is shown here, and the dialog stays. `seen` goes with the act as its condition. */
  readonly onConfirm: (reason: string, seen: Fields | undefined) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks before something is done. What is to be filled first has the focus; where there is no field what does the least harm, Back. */
export function ConfirmDialog(props: ConfirmProps): VNode {
  const { title, effect, act, isGrave = false, retype, asksReason = false, onClose } = props;
  const said = useWords(words);
  const { live } = useDesk();
  const ref = useRef<HTMLDialogElement>(null);
  const [heading, reasonId, retypeId] = [useId(), useId(), useId()];
  const typed = useSignal("");
  useLayoutEffect(() => {
    ref.current?.showModal();
    // The row it came from stays, and the question with it.
    return live.hold();
  }, []);

  const closing = useClosing(ref, onClose);
  const { close } = closing;
  const trial = useTrial(props, closing);
  const { reason, isBusy } = trial;
  const first = asksReason !== false ? reasonId : retypeId;
  const field = (id: string, text: string, value: typeof reason) => [
    label({ for: id }, text),
    input({
      id,
      autofocus: id === first,
      maxLength: 500,
      value: value.value,
      autocomplete: "off",
      onInput: (event) => (value.value = event.currentTarget.value),
    }),
  ];
  const isSaid = asksReason !== "needed" || reason.value.trim().length >= reasonMinCharacters;
  // A name that holds what no keyboard has is typed as it is shown.
  const isTyped = retype === undefined || typed.value === retype || typed.value === visibleName(retype);
  const isReady = props.isReady !== false && !isBusy.value && isSaid && isTyped;
  return dialog(
    { ref, class: "confirm", "aria-labelledby": heading, onClose: close, onCancel: close },
    form(
      {
        method: "dialog",
        onSubmit: (event) => void trial.confirm(event),
        // The Enter that opened the question, held too long, is no answer to it.
        onKeyDown: (event) => event.repeat && event.key === "Enter" && event.preventDefault(),
      },
      h2({ id: heading }, title),
      div({ class: "effect" }, effect),
      asksReason !== false && field(reasonId, asksReason === "needed" ? said.reasonNeeded : said.reason, reason),
      retype !== undefined && field(retypeId, said.type(retype), typed),
      part(WhatCameOfIt, { trial }),
      isBusy.value && part(AtWork, {}),
      div(
        { class: "buttons" },
        button(
          { type: "button", class: "quiet", autofocus: asksReason === false && retype === undefined, onClick: close },
          said.back,
        ),
        button({ type: "submit", class: isGrave ? "grave" : "main", disabled: !isReady }, act),
      ),
    ),
  );
}

/** What takes long is seen to go on. */
function AtWork(): VNode {
  const said = useWords(words);
  const numbers = useNumbers();
  const { clock } = useDesk();
  const beganAtMs = useRef(clock.read());
  const forMs = Math.max(0, clock.nowMs.value - beganAtMs.current);
  const text = said.atWork(numbers.span(Math.floor(forMs / 1_000) * 1_000));
  return div({ class: "at-work" }, progress({ "aria-label": said.atWork("") }), forMs >= 1_000 && span(null, text));
}

type Trial = ReturnType<typeof useTrial>;

/** Does it, and keeps what was in its way: that it has moved, or that the login has to be proven first. */
function useTrial({ title, seen: first, onConfirm, onMoved }: ConfirmProps, { close, isClosed }: Closing) {
  const { hub, notices, preferences } = useDesk();
  const [reason, password] = [useSignal(""), useSignal("")];
  const [isBusy, isProofAsked] = [useSignal(false), useSignal(false)];
  const failure = useSignal<HubFailure | undefined>(undefined);
  const moved = useSignal<{ readonly seen: Fields; readonly now: Fields } | undefined>(undefined);
  const seen = moved.value === undefined ? first : pick(moved.value.now, Object.keys(first ?? {}));
  const attempt = async () => {
    if (password.value !== "") {
      await prove(hub, password.value);
      // Proven for some minutes: it is neither sent nor asked for again.
      [password.value, isProofAsked.value] = ["", false];
    }
    await onConfirm(reason.value.trim(), seen);
    close();
  };
  const confirm = async (event: Event) => {
    event.preventDefault();
    isBusy.value = true;
    failure.value = undefined;
    try {
      await attempt();
    } catch (error) {
      if (!(error instanceof HubFailure)) throw error;
      if (error.code === "state_moved") {
        moved.value = { seen: seen ?? {}, now: error.now ?? {} };
        // It is looked at behind the proof.
        isProofAsked.value = false;
        onMoved?.();
      } else if (error.code === "proof_needed" && !isProofAsked.value) isProofAsked.value = true;
      else failure.value = error;
      // Nobody looks at the question any more.
      if (isClosed())
        notices.tell({ kind: "failed", text: `${title} ${actFailureText(error, preferences.language.value)}` });
    } finally {
      isBusy.value = false;
    }
  };
  return { reason, password, isBusy, isProofAsked, failure, moved, confirm };
}

async function prove(hub: HubCalls, password: string): Promise<void> {
  try {
    await hub.act("POST", "proof", { body: { password } });
  } catch (error) {
    // What the api says of the password is to be shown, and not asked for again.
    throw error instanceof HubFailure ? new HubFailure(error.status, "proof_refused", error.message) : error;
  }
}

function WhatCameOfIt({ trial }: { readonly trial: Trial }): VNode {
  const { preferences } = useDesk();
  const { failure, moved, isProofAsked, password } = trial;
  return div(
    { class: "came-of-it" },
    // What is seldom asked for is loaded then.
    moved.value !== undefined &&
      part(Later<MovedFieldsProps>, {
        load: async () => (await import("./moved-fields.ts")).MovedFields,
        properties: moved.value,
      }),
    isProofAsked.value &&
      part(Later<ProofFieldProps>, {
        load: async () => (await import("./proof-field.ts")).ProofField,
        properties: { password },
      }),
    failure.value && p({ role: "alert", class: "bad" }, actFailureText(failure.value, preferences.language.value)),
  );
}

function pick(of: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, of[name]]));
}

interface Closing {
  readonly close: () => void;
  readonly isClosed: () => boolean;
}

/** Closes at once, and once: the browser tells of a closed dialog later, when the same question may be open again. */
function useClosing(dialogRef: RefObject<HTMLDialogElement | null>, onClose: () => void): Closing {
  const isOver = useRef(false);
  return {
    isClosed: () => isOver.current,
    close() {
      if (isOver.current) return;
      isOver.current = true;
      dialogRef.current?.close();
      onClose();
    },
  };
}
