import { nameInText } from "../state/name-in-text.ts";
import { plural } from "../state/plural.ts";
import type { Words } from "../state/use-words.ts";

interface InboxActWords {
  readonly read: string;
  readonly unread: string;
  /** `Mark as read: Order 7 was paid`, of an act as it stands on a button. */
  readonly markOf: (act: string, title: string) => string;
  readonly marked: string;
  readonly readAll: string;
  readonly readAllEffect: (count: number, user: string) => string;
  readonly markedAll: (count: number) => string;
  readonly remove: string;
  readonly removeTitle: (title: string) => string;
  readonly removeEffect: string;
  readonly removed: string;
  readonly erase: string;
  readonly eraseTitle: (user: string) => string;
  readonly eraseEffect: string;
  readonly erased: (user: string) => string;
  readonly was: string;
}

export const inboxActWords: Words<InboxActWords> = {
  en: {
    read: "Mark as read",
    unread: "Mark as unread",
    markOf: (act, title) => `${act.replace("…", "")}: ${nameInText(title)}`,
    marked: "Marked; it is so on every device.",
    readAll: "Mark all as read",
    readAllEffect: (count, user) =>
      `${count} unread ${plural(count, "item", "items")} of ${nameInText(user)}, on every device. What comes meanwhile stays unread. Afterwards each can be marked as unread by itself, not all at once.`,
    markedAll: (count) => `${count} ${plural(count, "item", "items")} marked as read, on every device.`,
    remove: "Remove…",
    removeTitle: (title) => `Remove “${nameInText(title)}”?`,
    removeEffect: "It is gone from this inbox, on every device. Those of other users stay. It cannot be taken back.",
    removed: "Removed.",
    erase: "Erase inbox…",
    eraseTitle: (user) => `Erase the inbox of ${nameInText(user)}?`,
    eraseEffect: "All items, read or not, and what the user has muted. It cannot be taken back.",
    erased: (user) => `The inbox of ${nameInText(user)} is erased.`,
    was: "It was so already.",
  },
  zh: {
    read: "标为已读",
    unread: "标为未读",
    markOf: (act, title) => `${act.replace("…", "")}：${nameInText(title)}`,
    marked: "已标记，所有设备同步生效。",
    readAll: "全部标为已读",
    readAllEffect: (count, user) =>
      `${nameInText(user)} 的 ${count} 条未读条目，所有设备同步生效。其间新到的仍为未读。之后可逐条标为未读，不能一次全部恢复。`,
    markedAll: (count) => `已将 ${count} 条标为已读，所有设备同步生效。`,
    remove: "移除…",
    removeTitle: (title) => `移除“${nameInText(title)}”？`,
    removeEffect: "将从该收件箱的所有设备上消失，其他用户的不受影响。此操作无法撤销。",
    removed: "已移除。",
    erase: "清除收件箱…",
    eraseTitle: (user) => `清除 ${nameInText(user)} 的收件箱？`,
    eraseEffect: "包括所有已读和未读的条目，以及该用户的静音设置。此操作无法撤销。",
    erased: (user) => `${nameInText(user)} 的收件箱已清除。`,
    was: "此前已是如此。",
  },
};
