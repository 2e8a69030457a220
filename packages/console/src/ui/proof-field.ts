import type { Signal } from "@preact/signals";
import type { VNode } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { a, div, input, label, p } from "./html.ts";

const words = {
  en: {
    why: "This act needs a login of the last five minutes, and yours is older: show that it is you.",
    password: "Your password",
    again: "Log in again in a new tab",
    andThen: ", then come back to this question.",
  },
  zh: {
    why: "此操作需要五分钟之内的登录，而您的登录已超过五分钟：请证明是您本人。",
    password: "您的密码",
    again: "在新标签页中重新登录",
    andThen: "，然后回到此处继续。",
  },
};

export interface ProofFieldProps {
  readonly password: Signal<string>;
}

/** Asks somebody who is logged in to show again who they are: by their password, or where they came in by an identity provider, there. */
export function ProofField({ password }: ProofFieldProps): VNode {
  const said = useWords(words);
  const { operator } = useDesk();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  // What was pressed stays where it is; what has to be filled now has the focus.
  useLayoutEffect(() => {
    const asked = field.current ?? link.current;
    asked?.focus();
    // It is taken away when it is given, and the focus stays in the question.
    return () => {
      if (asked !== null && document.activeElement === asked) asked.closest("form")?.querySelector("input")?.focus();
    };
  }, []);
  if (operator.provesBy === "oidc") {
    const href = "/ops/login/oidc?proof=1";
    return div(
      { class: "proof" },
      p({ role: "alert" }, said.why),
      p(null, a({ ref: link, href, target: "_blank" }, said.again), said.andThen),
    );
  }
  return div(
    { class: "proof" },
    p({ role: "alert" }, said.why),
    label({ for: id }, said.password),
    input({
      ref: field,
      id,
      type: "password",
      maxLength: 1024,
      value: password.value,
      autocomplete: "current-password",
      onInput: (event) => (password.value = event.currentTarget.value),
    }),
  );
}
