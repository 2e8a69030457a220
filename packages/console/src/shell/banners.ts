import type { VNode } from "preact";
import { Fragment, h } from "preact";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { failureText } from "../ui/failure.ts";
import { a, button, div } from "../ui/html.ts";
import { useNumbers } from "../ui/use-numbers.ts";
import { shellWords } from "./shell-words.ts";

/** What holds for the whole page: that it is not up to date and why, that the hub is another version, and how one came in. */
export function Banners(): VNode {
  const said = useWords(shellWords);
  const { operator, hub, overview, preferences, clock, isReplaced } = useDesk();
  const numbers = useNumbers();
  const failure = overview.failure.value;
  const isOld = failure !== undefined && overview.data.value !== undefined;
  // Read so that the age goes on.
  void clock.nowMs.value;
  const ageMs = Date.now() - overview.answeredAtMs.value;
  return h(
    Fragment,
    null,
    operator.isBreakGlass && div({ class: "banner glass" }, said.breakGlass),
    hub.isLoggedOut.value &&
      div(
        { class: "banner bad", role: "alert" },
        said.loggedOut,
        " ",
        a({ href: "/ops/login", target: "_blank" }, said.logIn),
      ),
    isOld &&
      !hub.isLoggedOut.value &&
      div(
        { class: "banner bad", role: "alert" },
        failureText(failure, preferences.language.value),
        " ",
        said.lost(numbers.span(ageMs)),
      ),
    isReplaced.value &&
      div(
        { class: "banner" },
        said.updated,
        " ",
        button({ class: "quiet", onClick: () => location.reload() }, said.reload),
      ),
  );
}
