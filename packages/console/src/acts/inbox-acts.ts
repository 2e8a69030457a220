import type { VNode } from "preact";
import type { InboxItemAnswer } from "../answers/inbox.ts";
import { useDesk } from "../state/desk.ts";
import { useWords } from "../state/use-words.ts";
import { AskButton } from "../ui/ask-button.ts";
import { ConfirmDialog } from "../ui/confirm-dialog.ts";
import { button, part } from "../ui/html.ts";
import { inboxActWords } from "./inbox-words.ts";
import { useActs } from "./use-acts.ts";

export interface InboxActProps {
  readonly user: string;
  readonly onDone: () => void;
}

/** Of a user's inbox below `/ops/api/`. */
export function inboxPath(user: string): string {
  return `inbox/${encodeURIComponent(user)}`;
}

interface ItemActProps extends InboxActProps {
  readonly item: InboxItemAnswer;
}

/** Read or not, at a click and back at another. */
export function MarkButton({ user, item: { id, title, readAtMs }, onDone }: ItemActProps): VNode | null {
  const said = useWords(inboxActWords);
  const { hub, operator } = useDesk();
  const { perform } = useActs();
  if (!operator.mayAct) return null;
  const [to, back] = readAtMs === null ? (["read", "unread"] as const) : (["unread", "read"] as const);
  const mark = (as: string) => hub.send("POST", `${inboxPath(user)}/${as}`, { ids: [id] });
  const name = said.markOf(said[to], title);
  const act = () => perform({ name, run: () => mark(to), done: said.marked, undo: () => mark(back), after: onDone });
  return button({ class: "quiet", "aria-label": name, onClick: () => void act() }, said[to]);
}

interface MarkAllProps extends InboxActProps {
  /** The newest that is shown. */
  readonly upTo: number;
  readonly unread: number;
}

/** All that is no newer than what is shown: what comes meanwhile stays unread. */
export function MarkAllButton({ user, upTo, unread, onDone }: MarkAllProps): VNode | null {
  const said = useWords(inboxActWords);
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct) return null;
  const mark = async () => {
    const { changed } = await hub.send<{ readonly changed: number }>("POST", `${inboxPath(user)}/read`, { upTo });
    await tell({ done: changed === 0 ? said.was : said.markedAll(changed), after: onDone });
  };
  return part(AskButton, {
    text: `${said.readAll}…`,
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: `${said.readAll}?`,
        effect: said.readAllEffect(unread, user),
        act: said.readAll,
        onConfirm: mark,
        onClose,
      }),
  });
}

export function RemoveItemButton({ user, item: { id, title }, onDone }: ItemActProps): VNode | null {
  const said = useWords(inboxActWords);
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct) return null;
  const remove = async (reason: string) => {
    await hub.act("DELETE", `${inboxPath(user)}/items/${encodeURIComponent(id)}`, { reason });
    await tell({ done: said.removed, after: onDone });
  };
  return part(AskButton, {
    text: said.remove,
    label: said.markOf(said.remove, title),
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: said.removeTitle(title),
        effect: said.removeEffect,
        act: said.remove.replace("…", ""),
        isGrave: true,
        asksReason: true,
        onConfirm: remove,
        onClose,
      }),
  });
}

/** For admins; the user's name has to be typed, and why. */
export function EraseInboxButton({ user, onDone }: InboxActProps): VNode | null {
  const said = useWords(inboxActWords);
  const { hub, operator } = useDesk();
  const { tell } = useActs();
  if (!operator.mayAct || operator.role !== "admin") return null;
  const erase = async (reason: string) => {
    const { erased } = await hub.act<{ readonly erased: boolean }>("DELETE", inboxPath(user), { reason });
    await tell({ done: erased ? said.erased(user) : said.was, after: onDone });
  };
  return part(AskButton, {
    text: said.erase,
    ask: (onClose) =>
      part(ConfirmDialog, {
        title: said.eraseTitle(user),
        effect: said.eraseEffect,
        act: said.erase.replace("…", ""),
        isGrave: true,
        retype: user,
        asksReason: "needed",
        onConfirm: erase,
        onClose,
      }),
  });
}
