import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useDesk } from "../../state/desk.ts";
import { isAddressable } from "../../state/place.ts";
import { useWords } from "../../state/use-words.ts";
import { button, div, form, h1, header, input, p, part } from "../../ui/html.ts";
import { OneInbox } from "./one-inbox.ts";
import { words } from "./words.ts";

/** `/inbox`, which asks whose, and `/inbox/:user`. */
export function Inbox(): VNode {
  const [, user] = useDesk().route.place.value.path;
  return user === undefined ? part(Whose, {}) : part(OneInbox, { key: user, user });
}

/** There is no list of those who have one: it would be all users. */
function Whose(): VNode {
  const said = useWords(words);
  const { route, notices } = useDesk();
  const user = useSignal("");
  const open = (event: Event) => {
    event.preventDefault();
    if (user.value === "") return;
    if (isAddressable(user.value)) route.go(["inbox", user.value]);
    else notices.tell({ kind: "failed", text: said.notAskedFor(user.value) });
  };
  return div(
    { class: "screen" },
    header({ class: "screen-head" }, h1(null, said.title)),
    div(
      { class: "answer" },
      p({ class: "soft" }, said.how),
      form(
        { class: "search short", role: "search", onSubmit: open },
        input({
          "aria-label": said.find,
          placeholder: said.find,
          maxLength: 255,
          spellcheck: false,
          autocomplete: "off",
          value: user.value,
          onInput: (event) => (user.value = event.currentTarget.value),
        }),
        button({ class: "quiet" }, said.findAct),
      ),
    ),
  );
}
